-- The pipeline's tables. A program that knows only the reference's columns (inventory:
-- available_quantity, unit_price; orders: order_id, customer_id, product_id, quantity, amount,
-- status, created_at, updated_at) works on them unchanged: everything else has a default.

CREATE TABLE inventory (
  product_id         text PRIMARY KEY,
  product_name       text NOT NULL,
  available_quantity bigint NOT NULL CHECK (available_quantity >= 0),
  reserved_quantity  bigint NOT NULL DEFAULT 0 CHECK (reserved_quantity >= 0),
  total_quantity     bigint NOT NULL CHECK (total_quantity >= 0),
  unit_price         numeric(14, 2) NOT NULL CHECK (unit_price >= 0),
  version            bigint NOT NULL DEFAULT 0,
  updated_at         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT inventory_sum CHECK (available_quantity + reserved_quantity = total_quantity)
)
-- Hot rows: room on the page lets an update stay there (HOT) and touch no index.
WITH (fillfactor = 20);

-- One row per order line. Line 1 is the gate: an order is known when its line 1 is there.
-- No foreign key to inventory: measured, it costs a third of the throughput, and orders for unknown
-- products are rows too (rejected).
CREATE TABLE orders (
  order_id         uuid NOT NULL,
  line_no          smallint NOT NULL DEFAULT 1 CHECK (line_no >= 1),
  customer_id      text NOT NULL,
  product_id       text NOT NULL,
  quantity         integer NOT NULL CHECK (quantity > 0),
  amount           numeric NOT NULL CHECK (amount >= 0),
  status           text NOT NULL,
  rejection_reason text,
  -- {"product_id", "wanted", "available"}: why a rejection was right (promise 4).
  rejection_detail jsonb,
  source_partition integer,
  source_offset    bigint,
  placed_at        timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (order_id, line_no)
);

-- The database is a view of the log: the next offset to decide, written with its effects.
CREATE TABLE consumer_offsets (
  group_id    text NOT NULL,
  topic       text NOT NULL,
  partition   integer NOT NULL CHECK (partition >= 0),
  next_offset bigint NOT NULL CHECK (next_offset >= 0),
  PRIMARY KEY (group_id, topic, partition)
)
WITH (fillfactor = 20);

-- Which Kafka cluster those offsets belong to: offsets of another cluster mean nothing.
CREATE TABLE consumer_groups (
  group_id   text NOT NULL,
  topic      text NOT NULL,
  cluster_id text NOT NULL,
  PRIMARY KEY (group_id, topic)
);

-- What can never be decided, recorded in the deciding transaction and published from here.
CREATE TABLE dead_letters (
  dead_letter_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_topic     text NOT NULL,
  source_partition integer NOT NULL,
  source_offset    bigint NOT NULL,
  reason           text NOT NULL,
  detail           text NOT NULL,
  -- When the message was legible enough to tell.
  order_id         uuid,
  message_key      bytea,
  message_value    bytea,
  recorded_at      timestamptz NOT NULL DEFAULT now(),
  published_at     timestamptz,
  UNIQUE (source_topic, source_partition, source_offset)
);
-- Only what still has to be published: empty in a healthy system.
CREATE INDEX dead_letters_unpublished ON dead_letters (dead_letter_id) WHERE published_at IS NULL;

-- Every stock change that is not an order (promise 7). Per product the sum of delta_total is
-- inventory.total_quantity.
CREATE TABLE stock_movements (
  movement_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id      text NOT NULL,
  reason          text NOT NULL,
  delta_available bigint NOT NULL,
  delta_total     bigint NOT NULL,
  moved_at        timestamptz NOT NULL DEFAULT now()
);

-- An epoch begins when the orders are emptied: audits count from its log offsets.
CREATE TABLE epochs (
  epoch_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reason      text NOT NULL,
  topic       text NOT NULL,
  -- {"<partition>": <first offset of the epoch>}
  log_offsets jsonb NOT NULL,
  began_at    timestamptz NOT NULL DEFAULT now()
);
