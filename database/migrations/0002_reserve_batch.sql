-- One batch of orders in one statement: offsets, orders, dead letters and stock, or nothing.
--
-- The caller has decided the orders with the stock as it last saw it, and says what must be true of
-- the stock for that decision to be the right one. Here the stock is locked last, and if it is what
-- the caller assumed, its outcomes are exactly those of a decision made now. If not, nothing is
-- written and the caller decides anew.
--
-- Why a function: one autocommit statement leaves no transaction open between two round trips (a
-- stopped process would hold its locks), and unlike the parts of one WITH its statements run in the
-- order they stand, each seeing what the one before has written.
--
-- Locks are taken in the order that every strategy keeps: offsets by partition, orders by id and
-- line, stock by product.
CREATE FUNCTION reserve_batch(
  in_group           text,
  in_topic           text,
  -- The slices, by partition: stored offset expected, offset to store.
  in_partitions      integer[],
  in_from            bigint[],
  in_next            bigint[],
  -- One element per order line, sorted by (order_id, line_no).
  in_order_ids       uuid[],
  in_line_nos        smallint[],   -- NULL: every order has one line
  in_customer_ids    text[],
  in_product_ids     text[],
  in_quantities      integer[],
  in_amounts         numeric[],
  in_outcomes        integer[],    -- 0: reserved; n: rejected as the n-th of the next two says; NULL: all reserved
  in_reasons         text[],
  in_details         jsonb[],
  in_source_partitions integer[],
  in_source_offsets  bigint[],
  in_placed_at       timestamptz[],
  -- One element per product that the decision rests on.
  in_stock_products  text[],
  in_stock_taken     bigint[],     -- pieces that the reserved orders take
  in_stock_needed    bigint[],     -- available must be at least this ...
  in_stock_expected  bigint[],     -- ... or, unless NULL, exactly this; -1: the product must not exist
  -- Dead letters; NULL: none.
  in_letter_partitions integer[],
  in_letter_offsets  bigint[],
  in_letter_reasons  text[],
  in_letter_details  text[],
  in_letter_order_ids uuid[],
  in_letter_keys     bytea[],
  in_letter_values   bytea[],
  -- committed | fenced (another owner moved the offsets) | stale (the stock is not as assumed) |
  -- undecided (what only the exact path can decide); nothing is written unless committed
  OUT result         text,
  OUT stored_partitions integer[],
  OUT stored_offsets bigint[],
  -- Ids that were decided before; they changed nothing.
  OUT known          uuid[],
  -- The stock of in_stock_products that exist: before, when stale; after, when committed.
  OUT products       text[],
  OUT available      bigint[],
  OUT letters        bigint
)
LANGUAGE plpgsql
AS $$
DECLARE
  taken bigint[] := in_stock_taken;
  shifted boolean;
BEGIN
  -- The plan of the look at known ids is made once, perhaps while the table is empty, and must not be
  -- to read all of it; and no plan is made again for each batch, which costs a third of a small one.
  -- Set for the session: SET at the function would cost another fifth.
  IF current_setting('plan_cache_mode') <> 'force_generic_plan' THEN
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', false),
            set_config('enable_seqscan', 'off', false),
            set_config('enable_bitmapscan', 'off', false);
  END IF;

  letters := 0;

  SELECT array_agg(locked.partition), array_agg(locked.next_offset)
  INTO stored_partitions, stored_offsets
  FROM (
    SELECT partition, next_offset
    FROM consumer_offsets
    WHERE group_id = in_group AND topic = in_topic AND partition = ANY (in_partitions)
    ORDER BY partition
    FOR UPDATE
  ) AS locked;
  IF stored_partitions IS DISTINCT FROM in_partitions OR stored_offsets IS DISTINCT FROM in_from THEN
    result := 'fenced';
    RETURN;
  END IF;

  -- Without a lock: most of what is stale is found here, before anything was written.
  IF cardinality(in_stock_products) > 0 THEN
    SELECT array_agg(product_id), array_agg(available_quantity)
    INTO products, available
    FROM inventory
    WHERE product_id = ANY (in_stock_products);
    IF NOT stock_is_as_assumed(in_stock_products, in_stock_needed, in_stock_expected, products, available) THEN
      result := 'stale';
      RETURN;
    END IF;
  END IF;

  -- What is known already. An id that another transaction is inserting right now is not seen here:
  -- the insert below then waits for it and fails, and the caller takes the exact path.
  SELECT array_agg(order_id) INTO known
  FROM orders
  WHERE order_id = ANY (in_order_ids) AND line_no = 1;

  IF known IS NULL THEN
    IF in_outcomes IS NULL AND in_line_nos IS NULL THEN
      -- Set-returning functions side by side in the select list: a quarter faster than in FROM.
      INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status,
                          source_partition, source_offset, placed_at)
      SELECT unnest(in_order_ids), unnest(in_customer_ids), unnest(in_product_ids),
             unnest(in_quantities), unnest(in_amounts), 'reserved',
             unnest(in_source_partitions), unnest(in_source_offsets), unnest(in_placed_at);
    ELSE
      INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status,
                          rejection_reason, rejection_detail, source_partition, source_offset, placed_at)
      SELECT order_id, coalesce(line_no, 1), customer_id, product_id, quantity, amount,
             CASE WHEN outcome > 0 THEN 'rejected' ELSE 'reserved' END,
             in_reasons[outcome], in_details[outcome],
             source_partition, source_offset, placed_at
      FROM (
        SELECT unnest(in_order_ids) AS order_id, unnest(in_line_nos) AS line_no,
               unnest(in_customer_ids) AS customer_id, unnest(in_product_ids) AS product_id,
               unnest(in_quantities) AS quantity, unnest(in_amounts) AS amount,
               unnest(in_outcomes) AS outcome,
               unnest(in_source_partitions) AS source_partition,
               unnest(in_source_offsets) AS source_offset, unnest(in_placed_at) AS placed_at
      ) AS line;
    END IF;
  ELSE
    IF EXISTS (
      -- Every line of a known order, as it comes and as it stands.
      SELECT
      FROM (
        SELECT unnest(in_order_ids) AS order_id, unnest(in_line_nos) AS line_no,
               unnest(in_customer_ids) AS customer_id, unnest(in_product_ids) AS product_id,
               unnest(in_quantities) AS quantity, unnest(in_amounts) AS amount
      ) AS line
      FULL JOIN (SELECT * FROM orders WHERE order_id = ANY (known)) AS stored
        ON stored.order_id = line.order_id AND stored.line_no = coalesce(line.line_no, 1)
      WHERE (line.order_id = ANY (known) OR line.order_id IS NULL)
        AND (stored.customer_id, stored.product_id, stored.quantity, stored.amount)
            IS DISTINCT FROM (line.customer_id, line.product_id, line.quantity, line.amount)
    ) THEN
      result := 'undecided';
      RETURN;
    END IF;

    -- They take nothing again. But where a product must be found exactly as assumed, an order that was
    -- meant to take of it and does not would change what those behind it find.
    SELECT array_agg(stock.taken - coalesce(again.quantity, 0) ORDER BY stock.ordinality),
           coalesce(bool_or(stock.expected IS NOT NULL AND again.quantity > 0), false)
    INTO taken, shifted
    FROM unnest(in_stock_products, in_stock_taken, in_stock_expected)
         WITH ORDINALITY AS stock (product_id, taken, expected, ordinality)
    LEFT JOIN (
      SELECT line.product_id, sum(line.quantity) AS quantity
      FROM (
        SELECT unnest(in_order_ids) AS order_id, unnest(in_product_ids) AS product_id,
               unnest(in_quantities) AS quantity, unnest(in_outcomes) AS outcome
      ) AS line
      WHERE coalesce(line.outcome, 0) = 0 AND line.order_id = ANY (known)
      GROUP BY line.product_id
    ) AS again USING (product_id);
    IF shifted THEN
      result := 'undecided';
      RETURN;
    END IF;

    INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status,
                        rejection_reason, rejection_detail, source_partition, source_offset, placed_at)
    SELECT line.order_id, coalesce(line.line_no, 1), customer_id, product_id, quantity, amount,
           CASE WHEN outcome > 0 THEN 'rejected' ELSE 'reserved' END,
           in_reasons[outcome], in_details[outcome],
           source_partition, source_offset, placed_at
    FROM (
      SELECT unnest(in_order_ids) AS order_id, unnest(in_line_nos) AS line_no,
             unnest(in_customer_ids) AS customer_id, unnest(in_product_ids) AS product_id,
             unnest(in_quantities) AS quantity, unnest(in_amounts) AS amount,
             unnest(in_outcomes) AS outcome,
             unnest(in_source_partitions) AS source_partition,
             unnest(in_source_offsets) AS source_offset, unnest(in_placed_at) AS placed_at
    ) AS line
    WHERE NOT EXISTS (SELECT FROM unnest(known) AS already (order_id) WHERE already.order_id = line.order_id)
    ORDER BY line.order_id, line.line_no;
  END IF;

  IF in_letter_partitions IS NOT NULL THEN
    INSERT INTO dead_letters AS letter (source_topic, source_partition, source_offset, reason, detail,
                                        order_id, message_key, message_value)
    SELECT in_topic, source_partition, source_offset, reason, detail, order_id, message_key, message_value
    FROM unnest(in_letter_partitions, in_letter_offsets, in_letter_reasons, in_letter_details,
                in_letter_order_ids, in_letter_keys, in_letter_values)
      AS new (source_partition, source_offset, reason, detail, order_id, message_key, message_value)
    ORDER BY source_partition, source_offset
    ON CONFLICT (source_topic, source_partition, source_offset) DO UPDATE
    SET reason = excluded.reason, detail = excluded.detail, order_id = excluded.order_id,
        message_key = excluded.message_key, message_value = excluded.message_value,
        recorded_at = now(), published_at = NULL
    WHERE (letter.message_key, letter.message_value)
          IS DISTINCT FROM (excluded.message_key, excluded.message_value);
    GET DIAGNOSTICS letters = ROW_COUNT;
  END IF;

  UPDATE consumer_offsets AS stored
  SET next_offset = slice.next_offset
  FROM unnest(in_partitions, in_next) AS slice (partition, next_offset)
  WHERE stored.group_id = in_group AND stored.topic = in_topic AND stored.partition = slice.partition;

  IF cardinality(in_stock_products) > 0 THEN
    SELECT array_agg(locked.product_id), array_agg(locked.available_quantity)
    INTO products, available
    FROM (
      SELECT product_id, available_quantity
      FROM inventory
      WHERE product_id = ANY (in_stock_products)
      ORDER BY product_id
      FOR UPDATE
    ) AS locked;
    IF NOT stock_is_as_assumed(in_stock_products, in_stock_needed, in_stock_expected, products, available) THEN
      -- Takes back what was written above. The code is ours; the caller knows it.
      RAISE EXCEPTION USING ERRCODE = 'OR001', MESSAGE = 'the stock changed while the batch was written';
    END IF;
    WITH changed AS (
      UPDATE inventory
      SET available_quantity = available_quantity - stock.taken,
          reserved_quantity = reserved_quantity + stock.taken,
          version = version + 1,
          updated_at = now()
      FROM unnest(in_stock_products, taken) AS stock (product_id, taken)
      WHERE inventory.product_id = stock.product_id AND stock.taken > 0
      RETURNING inventory.product_id, inventory.available_quantity
    )
    SELECT array_agg(product_id), array_agg(available_quantity) INTO products, available FROM changed;
  END IF;

  result := 'committed';
END
$$;

-- Whether a decision that rests on these assumptions is the one that the stock at hand gives.
CREATE FUNCTION stock_is_as_assumed(
  in_products text[], in_needed bigint[], in_expected bigint[],
  in_found text[], in_available bigint[]
) RETURNS boolean
LANGUAGE sql
AS $$
  SELECT coalesce(bool_and(
    CASE
      WHEN assumed.expected = -1 THEN found.product_id IS NULL
      WHEN assumed.expected IS NOT NULL THEN found.available IS NOT DISTINCT FROM assumed.expected
      ELSE coalesce(found.available >= assumed.needed, false)
    END), true)
  FROM unnest(in_products, in_needed, in_expected) AS assumed (product_id, needed, expected)
  LEFT JOIN unnest(in_found, in_available) AS found (product_id, available) USING (product_id)
$$;
