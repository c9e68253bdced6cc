-- The order service: orders and their items, and the outbox, into which each event goes in the
-- transaction of the change that it tells of.
CREATE TABLE shop.orders (
  order_id      uuid PRIMARY KEY,
  customer_id   text NOT NULL,
  status        text NOT NULL CHECK (status IN ('CREATED', 'PAID', 'SHIPPED', 'CANCELLED')),
  total_price   numeric(14,2) NOT NULL CHECK (total_price >= 0),
  -- Of its last event, from 1 without a gap; and which that was: who asks again after an answer that
  -- never came learns whether it was his own request that went through.
  sequence      integer NOT NULL CHECK (sequence >= 1),
  last_event_id uuid NOT NULL,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
)
WITH (fillfactor = 80);

-- Newest first, page by page; of one customer as well.
CREATE INDEX orders_by_time ON shop.orders (created_at, order_id);
CREATE INDEX orders_by_customer ON shop.orders (customer_id, created_at, order_id);

CREATE TABLE shop.order_items (
  order_id   uuid NOT NULL,
  line_no    smallint NOT NULL CHECK (line_no >= 1),
  product_id text NOT NULL,
  quantity   integer NOT NULL CHECK (quantity >= 1),
  price      numeric(14,2) NOT NULL CHECK (price >= 0),
  PRIMARY KEY (order_id, line_no)
);

-- NEW: not tried yet. FAILED: to be tried again at next_attempt_at. PARKED: given up, with its reason;
-- it holds back the later events of its order until somebody retries it. SENT: Kafka has it, in all
-- in-sync replicas. Who reads `WHERE status IN ('NEW','FAILED') FOR UPDATE SKIP LOCKED LIMIT 50`, as
-- the reference's publisher does, finds what is to be sent here, too.
CREATE TABLE shop.event_outbox (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id        uuid NOT NULL,
  order_id        uuid NOT NULL,
  sequence        integer NOT NULL,
  -- Which of the 64 parts it is in: all events of an order are in the same one, and each part is
  -- worked by one relay at a time. The last byte is random in every version of UUID.
  slot            smallint NOT NULL GENERATED ALWAYS AS (get_byte(uuid_send(order_id), 15) % 64) STORED,
  event_type      text NOT NULL,
  payload         text NOT NULL,
  -- W3C trace context of the request.
  traceparent     text,
  status          text NOT NULL DEFAULT 'NEW' CHECK (status IN ('NEW', 'SENT', 'FAILED', 'PARKED')),
  retry_count     integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  last_error      text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  sent_at         timestamptz
)
-- Each row is updated once, soon after its insertion, and then deleted.
WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- What is to be sent, in the order of ids. A row leaves it when it is sent.
CREATE INDEX event_outbox_open ON shop.event_outbox (id) WHERE status IN ('NEW', 'FAILED');
-- Whether an earlier event of an order is still to be sent.
CREATE INDEX event_outbox_unsent ON shop.event_outbox (order_id, sequence) WHERE status <> 'SENT';

-- Which relay works which part. A relay that is silent for longer loses its parts.
CREATE TABLE shop.relays (
  relay_id uuid PRIMARY KEY,
  seen_at  timestamptz NOT NULL
);
CREATE TABLE shop.outbox_slots (
  slot       smallint PRIMARY KEY CHECK (slot BETWEEN 0 AND 63),
  relay_id   uuid,
  held_until timestamptz
);
INSERT INTO shop.outbox_slots (slot) SELECT generate_series(0, 63);

-- Keeps a relay's parts, gives it its share of those that nobody holds, takes from it what is beyond
-- its share. One at a time, in a transaction of milliseconds.
CREATE FUNCTION shop.hold_slots(relay uuid, hold interval) RETURNS smallint[] LANGUAGE plpgsql AS $$
DECLARE
  share integer;
  held smallint[];
BEGIN
  PERFORM FROM shop.outbox_slots ORDER BY slot FOR UPDATE;
  -- The clock, not the transaction's beginning: the locks may have been waited for.
  INSERT INTO shop.relays VALUES (relay, clock_timestamp())
    ON CONFLICT (relay_id) DO UPDATE SET seen_at = EXCLUDED.seen_at;
  DELETE FROM shop.relays WHERE seen_at < clock_timestamp() - hold;
  share := ceil(64.0 / (SELECT count(*) FROM shop.relays));
  UPDATE shop.outbox_slots s
     SET relay_id = CASE WHEN mine.rank <= share THEN relay END,
         held_until = CASE WHEN mine.rank <= share THEN clock_timestamp() + hold END
    FROM (SELECT slot, row_number() OVER (ORDER BY (relay_id = relay) IS NOT TRUE, slot) AS rank
            FROM shop.outbox_slots
           WHERE relay_id = relay OR relay_id IS NULL OR held_until < clock_timestamp()) mine
   WHERE s.slot = mine.slot AND (mine.rank <= share OR s.relay_id = relay);
  SELECT coalesce(array_agg(slot ORDER BY slot), '{}') INTO held
    FROM shop.outbox_slots WHERE relay_id = relay;
  RETURN held;
END $$;

-- At a relay's end: others need not wait until its time is up.
CREATE FUNCTION shop.leave_slots(relay uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM shop.outbox_slots ORDER BY slot FOR UPDATE;
  UPDATE shop.outbox_slots SET relay_id = NULL, held_until = NULL WHERE relay_id = relay;
  DELETE FROM shop.relays WHERE relay_id = relay;
END $$;
