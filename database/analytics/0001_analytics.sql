-- The tables of `orders analytics`: what is counted, what was counted already, and where each
-- partition of the events' topic stands. All of a batch is written by record_batch below.

-- Which log the offsets belong to: a topic made anew is another log.
CREATE TABLE analytics.consumer_groups (
  group_id   text NOT NULL,
  topic      text NOT NULL,
  cluster_id text NOT NULL,
  topic_id   text,
  PRIMARY KEY (group_id, topic)
);

CREATE TABLE analytics.consumer_offsets (
  group_id    text    NOT NULL,
  topic       text    NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint  NOT NULL CHECK (next_offset >= 0),
  -- Whatever stands before it is counted, also where next_offset was set back to read it again. It
  -- outlives the event ids: a log may be read again long after they were dropped.
  counted_to  bigint  NOT NULL DEFAULT 0,
  PRIMARY KEY (group_id, topic, partition)
) WITH (fillfactor = 50);

-- The events that were counted. A copy has the time of its first, so both are of the same day, and
-- the key of a day's partition finds them. Days are dropped as a whole once nobody writes to them.
CREATE TABLE analytics.processed_events (
  event_id         uuid    NOT NULL,
  event_day        date    NOT NULL,
  source_partition integer NOT NULL,
  source_offset    bigint  NOT NULL,
  PRIMARY KEY (event_id, event_day)
) PARTITION BY RANGE (event_day);
-- Days beyond the thousandth that is open: clocks that say anything must not make a table for each.
CREATE TABLE analytics.processed_events_default PARTITION OF analytics.processed_events DEFAULT;

-- Days that event ids are kept of, and those that they were kept of.
CREATE TABLE analytics.event_days (
  day          date        PRIMARY KEY,
  -- Has a partition of its own.
  partitioned  boolean     NOT NULL,
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  -- An event of such a day cannot be told from a copy of one that was counted.
  dropped_at   timestamptz
);

-- What can never be counted; its neighbours are.
CREATE TABLE analytics.dead_events (
  source_topic     text        NOT NULL,
  source_partition integer     NOT NULL,
  source_offset    bigint      NOT NULL,
  reason           text        NOT NULL,
  detail           text        NOT NULL,
  value_bytes      integer     NOT NULL,
  -- Of a large one the beginning.
  value_head       bytea,
  recorded_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_topic, source_partition, source_offset)
);

-- Money in currency units, exact to the cent. orders_total and revenue_total: created less cancelled
-- (dimension ''); orders_per_minute: created in that minute of UTC, as the event says; top_products:
-- pieces of the product, created less cancelled.
CREATE TABLE analytics.sales_metrics (
  metric_name text        NOT NULL,
  dimension   text        NOT NULL,
  value       numeric     NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (metric_name, dimension)
) WITH (fillfactor = 50);

-- Created less cancelled, but for the last.
CREATE TABLE analytics.product_sales (
  product_id text        PRIMARY KEY,
  orders     bigint      NOT NULL,
  pieces     numeric     NOT NULL,
  revenue    numeric     NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- What happened to a customer's orders on that day (UTC): a cancellation is booked on its own day, so
-- that the revenue of a day may be below zero and the sum over all days is right. Nearly every event
-- of a batch has a row of its own here, and to update each took two thirds of PostgreSQL's time: so a
-- batch appends what it adds as one row of arrays, and many of them are folded into the rows at once.
-- The view order_summary is both together, exact at any moment.
CREATE TABLE analytics.order_summary_folded (
  customer_id text        NOT NULL,
  day         date        NOT NULL,
  created     bigint      NOT NULL,
  paid        bigint      NOT NULL,
  shipped     bigint      NOT NULL,
  cancelled   bigint      NOT NULL,
  revenue     numeric     NOT NULL,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (customer_id, day)
) WITH (fillfactor = 70);
CREATE INDEX order_summary_folded_day ON analytics.order_summary_folded USING brin (day);

-- Rows come and go by the second: vacuum looks after them by their number, not by their share.
CREATE TABLE analytics.order_summary_added (
  batch_no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  added_at    timestamptz NOT NULL DEFAULT now(),
  customers   text[]      NOT NULL,
  days        date[]      NOT NULL,
  created     integer[]   NOT NULL,
  paid        integer[]   NOT NULL,
  shipped     integer[]   NOT NULL,
  cancelled   integer[]   NOT NULL,
  cents       bigint[]    NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
        toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 10000);
-- To compress what is read once, a moment later, takes longer than to write it.
ALTER TABLE analytics.order_summary_added
  ALTER COLUMN customers SET STORAGE EXTERNAL, ALTER COLUMN days SET STORAGE EXTERNAL,
  ALTER COLUMN created SET STORAGE EXTERNAL, ALTER COLUMN paid SET STORAGE EXTERNAL,
  ALTER COLUMN shipped SET STORAGE EXTERNAL, ALTER COLUMN cancelled SET STORAGE EXTERNAL,
  ALTER COLUMN cents SET STORAGE EXTERNAL;

CREATE VIEW analytics.order_summary AS
SELECT customer_id, day, sum(created)::bigint AS created, sum(paid)::bigint AS paid,
       sum(shipped)::bigint AS shipped, sum(cancelled)::bigint AS cancelled, sum(revenue) AS revenue,
       max(updated_at) AS updated_at
FROM (
  SELECT customer_id, day, created, paid, shipped, cancelled, revenue, updated_at
  FROM analytics.order_summary_folded
  UNION ALL
  SELECT change.customer_id, change.day, change.created, change.paid, change.shipped, change.cancelled,
         round(change.cents / 100.0, 2), added.added_at
  FROM analytics.order_summary_added AS added,
       unnest(added.customers, added.days, added.created, added.paid, added.shipped, added.cancelled, added.cents)
         AS change (customer_id, day, created, paid, shipped, cancelled, cents)
) AS both_parts
GROUP BY customer_id, day;

-- Folds so many batches at most, the oldest first, in one transaction of its own. One at a time:
-- whoever comes meanwhile has nothing to do.
CREATE FUNCTION analytics.fold_summaries(in_batches integer) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
  folded bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7364108) THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    DELETE FROM analytics.order_summary_added
    WHERE batch_no IN (SELECT batch_no FROM analytics.order_summary_added ORDER BY batch_no LIMIT in_batches)
    RETURNING customers, days, created, paid, shipped, cancelled, cents
  ), written AS (
    INSERT INTO analytics.order_summary_folded AS known_row
      (customer_id, day, created, paid, shipped, cancelled, revenue)
    SELECT change.customer_id, change.day, sum(change.created), sum(change.paid), sum(change.shipped),
           sum(change.cancelled), round(sum(change.cents) / 100, 2)
    FROM taken, unnest(taken.customers, taken.days, taken.created, taken.paid, taken.shipped, taken.cancelled,
                       taken.cents) AS change (customer_id, day, created, paid, shipped, cancelled, cents)
    GROUP BY change.customer_id, change.day
    ORDER BY change.customer_id COLLATE "C", change.day
    ON CONFLICT (customer_id, day) DO UPDATE
    SET created = known_row.created + excluded.created, paid = known_row.paid + excluded.paid,
        shipped = known_row.shipped + excluded.shipped, cancelled = known_row.cancelled + excluded.cancelled,
        revenue = known_row.revenue + excluded.revenue, updated_at = now()
  )
  SELECT count(*) INTO folded FROM taken;
  RETURN folded;
END
$$;

-- Removes what is older than that, so many rows of each table at most: minutes, days of customers, and
-- what could not be counted.
CREATE FUNCTION analytics.prune(in_keep interval, in_rows integer) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
  before timestamptz := now() - in_keep;
  removed bigint;
  pruned bigint := 0;
BEGIN
  DELETE FROM analytics.sales_metrics WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM analytics.sales_metrics
    WHERE metric_name = 'orders_per_minute'
      AND dimension < to_char(before AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')
    LIMIT in_rows FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS removed = ROW_COUNT;
  pruned := pruned + removed;
  DELETE FROM analytics.order_summary_folded WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM analytics.order_summary_folded
    WHERE day < (before AT TIME ZONE 'UTC')::date
    LIMIT in_rows FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS removed = ROW_COUNT;
  pruned := pruned + removed;
  DELETE FROM analytics.dead_events WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM analytics.dead_events WHERE recorded_at < before LIMIT in_rows FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN pruned + removed;
END
$$;

-- A day is opened before its first event is counted. Both functions run as the tables' owner: whoever
-- may count needs no right to make tables.
CREATE FUNCTION analytics.open_days(in_days date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
  one date;
  own boolean;
BEGIN
  -- One after the other: of two that make the same partition one would fail.
  PERFORM pg_advisory_xact_lock(7364106);
  FOR one IN
    SELECT day FROM unnest(in_days) AS asked (day)
    WHERE NOT EXISTS (SELECT FROM analytics.event_days AS known WHERE known.day = asked.day)
    ORDER BY day
  LOOP
    own := (SELECT count(*) FROM analytics.event_days WHERE partitioned AND dropped_at IS NULL) < 1000;
    IF own THEN
      EXECUTE format(
        'CREATE TABLE analytics.processed_events_%s PARTITION OF analytics.processed_events FOR VALUES FROM (%L) TO (%L)',
        to_char(one, 'YYYYMMDD'), one, one + 1);
    END IF;
    INSERT INTO analytics.event_days (day, partitioned) VALUES (one, own);
  END LOOP;
END
$$;

-- Drops the event ids of days that nobody has written to for so long, ten days at a time.
CREATE FUNCTION analytics.drop_days(in_unseen_for interval) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
  one date;
  own boolean;
  dropped integer := 0;
BEGIN
  IF NOT EXISTS (SELECT FROM analytics.event_days
                 WHERE dropped_at IS NULL AND last_seen_at < now() - in_unseen_for) THEN
    RETURN 0;
  END IF;
  -- Waits for the batches in hand, and they for us: none writes to a day that goes.
  PERFORM pg_advisory_xact_lock(7364106), pg_advisory_xact_lock(7364107);
  FOR one, own IN
    SELECT day, partitioned FROM analytics.event_days
    WHERE dropped_at IS NULL AND last_seen_at < now() - in_unseen_for
    ORDER BY day
    LIMIT 10
  LOOP
    IF own THEN
      EXECUTE format('DROP TABLE analytics.processed_events_%s', to_char(one, 'YYYYMMDD'));
    ELSE
      DELETE FROM analytics.processed_events_default WHERE event_day = one;
    END IF;
    UPDATE analytics.event_days SET dropped_at = now() WHERE day = one;
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;

-- One batch in one statement: offsets, event ids, dead events and metrics, or nothing. The caller has
-- counted the events in the belief that none was counted before; where that is wrong nothing is
-- written, and it is told which and counts again. So the rows that all batches share are locked only at the end, for as long as the
-- commit takes. Locks are taken in one order: offsets by partition, event ids, dead events by offset,
-- products, metrics.
CREATE FUNCTION analytics.record_batch(
  in_group      text,
  in_topic      text,
  -- The slices, by partition: stored offset expected, offset to store.
  in_partitions integer[],
  in_from       bigint[],
  in_next       bigint[],
  -- Look for known events first; where that is not asked for, one raises a unique violation instead.
  in_look       boolean,
  -- The events, by event id; no id twice.
  in_event_ids  uuid[],
  in_event_days date[],
  in_event_partitions integer[],
  in_event_offsets bigint[],
  -- Their days, each once.
  in_days       date[],
  in_dead_partitions integer[],
  in_dead_offsets bigint[],
  in_dead_reasons text[],
  in_dead_details text[],
  in_dead_bytes integer[],
  in_dead_heads bytea[],
  -- Changes, each row once but for the summaries'; money in cents.
  in_summary_customers text[],
  in_summary_days date[],
  in_created    integer[],
  in_paid       integer[],
  in_shipped    integer[],
  in_cancelled  integer[],
  in_summary_cents bigint[],
  in_products   text[],
  in_product_orders bigint[],
  in_product_pieces numeric[],
  in_product_cents numeric[],
  in_metrics    text[],
  in_dimensions text[],
  in_changes    numeric[],        -- in the metric's own unit
  -- committed | fenced (another owner moved the offsets) | known (these events were counted before, or
  -- are of these dropped days) | days (some are not open yet); nothing is written unless committed
  OUT result    text,
  OUT stored_partitions integer[],
  OUT stored_offsets bigint[],
  OUT known     uuid[],
  OUT lost      text[],
  OUT dead      bigint
)
LANGUAGE plpgsql
AS $$
DECLARE
  counted_offsets bigint[];
  rewound boolean;
  open_days bigint;
BEGIN
  -- Plans are made once, perhaps while the tables are empty: see reserve_batch.
  IF current_setting('plan_cache_mode') <> 'force_generic_plan' THEN
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', false),
            set_config('enable_seqscan', 'off', false),
            set_config('enable_bitmapscan', 'off', false);
  END IF;
  dead := 0;

  SELECT array_agg(locked.partition), array_agg(locked.next_offset), array_agg(locked.counted_to),
         coalesce(bool_or(locked.counted_to > locked.next_offset), false)
  INTO stored_partitions, stored_offsets, counted_offsets, rewound
  FROM (
    SELECT partition, next_offset, counted_to
    FROM analytics.consumer_offsets
    WHERE group_id = in_group AND topic = in_topic AND partition = ANY (in_partitions)
    ORDER BY partition
    FOR UPDATE
  ) AS locked;
  IF stored_partitions IS DISTINCT FROM in_partitions OR stored_offsets IS DISTINCT FROM in_from THEN
    result := 'fenced';
    RETURN;
  END IF;

  IF cardinality(in_event_ids) > 0 THEN
    IF rewound THEN
      SELECT array_agg(event.event_id) INTO known
      FROM unnest(in_event_ids, in_event_partitions, in_event_offsets) AS event (event_id, partition, "offset")
      JOIN unnest(stored_partitions, counted_offsets) AS counted (partition, counted_to) USING (partition)
      WHERE event."offset" < counted.counted_to;
      IF known IS NOT NULL THEN
        result := 'known';
        RETURN;
      END IF;
    END IF;

    -- Till the end no day is dropped.
    PERFORM pg_advisory_xact_lock_shared(7364107);
    SELECT array_agg(to_char(day, 'YYYY-MM-DD')) FILTER (WHERE dropped_at IS NOT NULL), count(*)
    INTO lost, open_days
    FROM analytics.event_days
    WHERE day = ANY (in_days);
    IF open_days < cardinality(in_days) THEN
      result := 'days';
      RETURN;
    END IF;
    IF in_look OR lost IS NOT NULL THEN
      SELECT array_agg(counted.event_id) INTO known
      FROM unnest(in_event_ids, in_event_days) AS event (event_id, event_day)
      JOIN analytics.processed_events AS counted USING (event_id, event_day);
    END IF;
    IF known IS NOT NULL OR lost IS NOT NULL THEN
      result := 'known';
      RETURN;
    END IF;

    -- Set-returning functions side by side in the select list: see reserve_batch.
    INSERT INTO analytics.processed_events (event_id, event_day, source_partition, source_offset)
    SELECT unnest(in_event_ids), unnest(in_event_days), unnest(in_event_partitions), unnest(in_event_offsets);

    UPDATE analytics.event_days SET last_seen_at = now()
    WHERE day = ANY (in_days) AND last_seen_at < now() - interval '1 hour';
  END IF;

  IF in_dead_partitions IS NOT NULL THEN
    INSERT INTO analytics.dead_events
      (source_topic, source_partition, source_offset, reason, detail, value_bytes, value_head)
    SELECT in_topic, dead_event.*
    FROM unnest(in_dead_partitions, in_dead_offsets, in_dead_reasons, in_dead_details, in_dead_bytes, in_dead_heads)
      AS dead_event (source_partition, source_offset, reason, detail, value_bytes, value_head)
    ORDER BY source_partition, source_offset
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS dead = ROW_COUNT;
  END IF;

  UPDATE analytics.consumer_offsets AS stored
  SET next_offset = slice.next_offset, counted_to = greatest(stored.counted_to, slice.next_offset)
  FROM unnest(in_partitions, in_next) AS slice (partition, next_offset)
  WHERE stored.group_id = in_group AND stored.topic = in_topic AND stored.partition = slice.partition;

  IF cardinality(in_summary_customers) > 0 THEN
    INSERT INTO analytics.order_summary_added (customers, days, created, paid, shipped, cancelled, cents)
    VALUES (in_summary_customers, in_summary_days, in_created, in_paid, in_shipped, in_cancelled, in_summary_cents);
  END IF;

  INSERT INTO analytics.product_sales AS known_row (product_id, orders, pieces, revenue)
  SELECT product_id, orders, pieces, round(cents / 100, 2)
  FROM unnest(in_products, in_product_orders, in_product_pieces, in_product_cents)
    AS change (product_id, orders, pieces, cents)
  ORDER BY product_id COLLATE "C"
  ON CONFLICT (product_id) DO UPDATE
  SET orders = known_row.orders + excluded.orders, pieces = known_row.pieces + excluded.pieces,
      revenue = known_row.revenue + excluded.revenue, updated_at = now();

  INSERT INTO analytics.sales_metrics AS known_row (metric_name, dimension, value)
  SELECT metric_name, dimension, change
  FROM unnest(in_metrics, in_dimensions, in_changes) AS change (metric_name, dimension, change)
  ORDER BY metric_name COLLATE "C", dimension COLLATE "C"
  ON CONFLICT (metric_name, dimension) DO UPDATE
  SET value = known_row.value + excluded.value, updated_at = now();

  result := 'committed';
END
$$;

-- The stock of each product as of the highest version that was seen: a state, so it may be told twice
-- and in any order. Products that nobody tells of have no row.
CREATE TABLE analytics.stock_levels (
  product_id   text        PRIMARY KEY,
  available    bigint      NOT NULL,
  -- Unknown where only an order that wanted more has told of it; then the version is -1.
  reserved     bigint,
  total        bigint,
  version      bigint      NOT NULL,
  level        text        NOT NULL CHECK (level IN ('ok', 'low', 'out')),
  -- When it came to this level.
  since        timestamptz NOT NULL,
  -- The last order that wanted more than there was.
  wanted       bigint,
  wanted_by    uuid,
  requested_at timestamptz,
  updated_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE VIEW analytics.inventory_alerts AS
SELECT product_id, level, available, reserved, total, since, wanted, wanted_by, requested_at, version, updated_at
FROM analytics.stock_levels
WHERE level <> 'ok';

-- Below that many percent of the total it is low.
CREATE FUNCTION analytics.stock_level(available bigint, total bigint, low_percent numeric) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE WHEN available <= 0 THEN 'out' WHEN available * 100 < total * low_percent THEN 'low' ELSE 'ok' END
$$;

-- One batch in one statement, as record_batch: offsets, dead events and stock, or nothing. Locks:
-- offsets by partition, dead events by offset, products.
CREATE FUNCTION analytics.record_stock(
  in_group      text,
  in_topic      text,
  in_partitions integer[],
  in_from       bigint[],
  in_next       bigint[],
  in_dead_partitions integer[],
  in_dead_offsets bigint[],
  in_dead_reasons text[],
  in_dead_details text[],
  in_dead_bytes integer[],
  in_dead_heads bytea[],
  -- The highest version of each product.
  in_products   text[],
  in_available  bigint[],
  in_reserved   bigint[],
  in_versions   bigint[],
  in_times      timestamptz[],
  -- The last request for each product.
  in_short      text[],
  in_short_available bigint[],
  in_wanted     bigint[],
  in_orders     uuid[],
  in_short_times timestamptz[],
  in_low_percent numeric,
  -- committed | fenced
  OUT result    text,
  OUT stored_partitions integer[],
  OUT stored_offsets bigint[],
  OUT dead      bigint
)
LANGUAGE plpgsql
AS $$
BEGIN
  dead := 0;
  SELECT array_agg(locked.partition), array_agg(locked.next_offset)
  INTO stored_partitions, stored_offsets
  FROM (
    SELECT partition, next_offset
    FROM analytics.consumer_offsets
    WHERE group_id = in_group AND topic = in_topic AND partition = ANY (in_partitions)
    ORDER BY partition
    FOR UPDATE
  ) AS locked;
  IF stored_partitions IS DISTINCT FROM in_partitions OR stored_offsets IS DISTINCT FROM in_from THEN
    result := 'fenced';
    RETURN;
  END IF;

  IF in_dead_partitions IS NOT NULL THEN
    INSERT INTO analytics.dead_events
      (source_topic, source_partition, source_offset, reason, detail, value_bytes, value_head)
    SELECT in_topic, dead_event.*
    FROM unnest(in_dead_partitions, in_dead_offsets, in_dead_reasons, in_dead_details, in_dead_bytes, in_dead_heads)
      AS dead_event (source_partition, source_offset, reason, detail, value_bytes, value_head)
    ORDER BY source_partition, source_offset
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS dead = ROW_COUNT;
  END IF;

  UPDATE analytics.consumer_offsets AS stored
  SET next_offset = slice.next_offset, counted_to = greatest(stored.counted_to, slice.next_offset)
  FROM unnest(in_partitions, in_next) AS slice (partition, next_offset)
  WHERE stored.group_id = in_group AND stored.topic = in_topic AND stored.partition = slice.partition;

  INSERT INTO analytics.stock_levels AS known
    (product_id, available, reserved, total, version, level, since)
  SELECT product_id, available, reserved, available + reserved, version,
         analytics.stock_level(available, available + reserved, in_low_percent), happened_at
  FROM unnest(in_products, in_available, in_reserved, in_versions, in_times)
    AS stock (product_id, available, reserved, version, happened_at)
  ORDER BY product_id COLLATE "C"
  ON CONFLICT (product_id) DO UPDATE
  SET available = excluded.available, reserved = excluded.reserved, total = excluded.total,
      version = excluded.version, level = excluded.level,
      since = CASE WHEN known.level = excluded.level AND known.version >= 0 THEN known.since ELSE excluded.since END,
      updated_at = now()
  WHERE known.version < excluded.version;

  INSERT INTO analytics.stock_levels AS known
    (product_id, available, version, level, since, wanted, wanted_by, requested_at)
  SELECT product_id, available, -1, CASE WHEN available <= 0 THEN 'out' ELSE 'low' END, happened_at,
         wanted, order_id, happened_at
  FROM unnest(in_short, in_short_available, in_wanted, in_orders, in_short_times)
    AS short (product_id, available, wanted, order_id, happened_at)
  ORDER BY product_id COLLATE "C"
  ON CONFLICT (product_id) DO UPDATE
  SET wanted = excluded.wanted, wanted_by = excluded.wanted_by, requested_at = excluded.requested_at, updated_at = now()
  WHERE known.requested_at IS NULL OR known.requested_at < excluded.requested_at;

  result := 'committed';
END
$$;

-- Puts what was recomputed in the schema analytics_rebuild in the place of what stands here: metrics,
-- offsets, and the ids of events that are not counted here yet. The caller has locked the offsets here, so that
-- nobody counts meanwhile; those who are at it find their offsets moved, and read on from there. Rows
-- that are right stay as they are.
CREATE FUNCTION analytics.swap_rebuilt(
  in_group         text,
  in_topic         text,
  in_rebuilt_group text,
  -- swapped | behind (less of the log was read than here) | other_log
  OUT result       text
)
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM FROM analytics_rebuild.consumer_offsets ORDER BY partition FOR UPDATE;
  IF EXISTS (SELECT FROM analytics.consumer_groups AS here, analytics_rebuild.consumer_groups AS rebuilt
             WHERE here.group_id = in_group AND here.topic = in_topic AND rebuilt.topic = in_topic
               AND (here.cluster_id, here.topic_id) IS DISTINCT FROM (rebuilt.cluster_id, rebuilt.topic_id)) THEN
    result := 'other_log';
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM analytics.consumer_offsets AS here
             LEFT JOIN analytics_rebuild.consumer_offsets AS rebuilt
               ON rebuilt.group_id = in_rebuilt_group AND rebuilt.topic = in_topic AND rebuilt.partition = here.partition
             WHERE here.group_id = in_group AND here.topic = in_topic
               AND coalesce(rebuilt.next_offset, 0) < here.next_offset) THEN
    result := 'behind';
    RETURN;
  END IF;

  -- Also so that nobody folds here meanwhile.
  PERFORM pg_advisory_xact_lock(7364108), analytics_rebuild.fold_summaries(2000000000);

  PERFORM analytics.open_days(ARRAY(SELECT day FROM analytics_rebuild.event_days));
  INSERT INTO analytics.processed_events (event_id, event_day, source_partition, source_offset)
  SELECT event.event_id, event.event_day, event.source_partition, event.source_offset
  FROM analytics_rebuild.processed_events AS event
  JOIN analytics.event_days AS known_day ON known_day.day = event.event_day AND known_day.dropped_at IS NULL
  LEFT JOIN analytics.consumer_offsets AS here
    ON here.group_id = in_group AND here.topic = in_topic AND here.partition = event.source_partition
  WHERE event.source_offset >= coalesce(here.counted_to, 0)
  ON CONFLICT DO NOTHING;

  DELETE FROM analytics.dead_events AS here
  USING analytics_rebuild.processed_events AS event
  WHERE here.source_topic = in_topic AND here.source_partition = event.source_partition
    AND here.source_offset = event.source_offset;
  INSERT INTO analytics.dead_events
  SELECT * FROM analytics_rebuild.dead_events ON CONFLICT DO NOTHING;

  INSERT INTO analytics.consumer_offsets AS here (group_id, topic, partition, next_offset, counted_to)
  SELECT in_group, in_topic, partition, next_offset, counted_to
  FROM analytics_rebuild.consumer_offsets
  WHERE group_id = in_rebuilt_group AND topic = in_topic
  ON CONFLICT (group_id, topic, partition) DO UPDATE
  SET next_offset = excluded.next_offset, counted_to = greatest(here.counted_to, excluded.counted_to);

  DELETE FROM analytics.order_summary_added;
  DELETE FROM analytics.order_summary_folded AS here
  WHERE NOT EXISTS (SELECT FROM analytics_rebuild.order_summary_folded AS rebuilt
                    WHERE rebuilt.customer_id = here.customer_id AND rebuilt.day = here.day);
  INSERT INTO analytics.order_summary_folded AS here
  SELECT * FROM analytics_rebuild.order_summary_folded
  ON CONFLICT (customer_id, day) DO UPDATE
  SET created = excluded.created, paid = excluded.paid, shipped = excluded.shipped, cancelled = excluded.cancelled,
      revenue = excluded.revenue, updated_at = now()
  WHERE (here.created, here.paid, here.shipped, here.cancelled, here.revenue)
        <> (excluded.created, excluded.paid, excluded.shipped, excluded.cancelled, excluded.revenue);

  DELETE FROM analytics.product_sales AS here
  WHERE NOT EXISTS (SELECT FROM analytics_rebuild.product_sales AS rebuilt WHERE rebuilt.product_id = here.product_id);
  INSERT INTO analytics.product_sales AS here
  SELECT * FROM analytics_rebuild.product_sales
  ON CONFLICT (product_id) DO UPDATE
  SET orders = excluded.orders, pieces = excluded.pieces, revenue = excluded.revenue, updated_at = now()
  WHERE (here.orders, here.pieces, here.revenue) <> (excluded.orders, excluded.pieces, excluded.revenue);

  DELETE FROM analytics.sales_metrics AS here
  WHERE NOT EXISTS (SELECT FROM analytics_rebuild.sales_metrics AS rebuilt
                    WHERE rebuilt.metric_name = here.metric_name AND rebuilt.dimension = here.dimension);
  INSERT INTO analytics.sales_metrics AS here
  SELECT * FROM analytics_rebuild.sales_metrics
  ON CONFLICT (metric_name, dimension) DO UPDATE
  SET value = excluded.value, updated_at = now()
  WHERE here.value <> excluded.value;

  result := 'swapped';
END
$$;
