-- What became of an order in the stock reservation, as topic orders-inventory tells it.
ALTER TABLE shop.orders
  ADD COLUMN reservation text NOT NULL DEFAULT 'PENDING'
    CHECK (reservation IN ('PENDING', 'RESERVED', 'REJECTED', 'RELEASED')),
  -- {"reason", "productId", "wanted", "available"}: of a rejection.
  ADD COLUMN rejection jsonb,
  DROP CONSTRAINT orders_status_check,
  ADD CONSTRAINT orders_status_check
    CHECK (status IN ('CREATED', 'RESERVED', 'REJECTED', 'PAID', 'SHIPPED', 'CANCELLED'));

-- The next outcome to read: written in the transaction of what follows from those before it.
CREATE TABLE shop.consumer_offsets (
  group_id    text NOT NULL,
  topic       text NOT NULL,
  partition   integer NOT NULL CHECK (partition >= 0),
  next_offset bigint NOT NULL CHECK (next_offset >= 0),
  PRIMARY KEY (group_id, topic, partition)
)
WITH (fillfactor = 20);

-- Which log those offsets belong to: in another cluster, or a topic made anew, they mean nothing.
CREATE TABLE shop.consumer_groups (
  group_id   text NOT NULL,
  topic      text NOT NULL,
  cluster_id text NOT NULL,
  topic_id   text,
  PRIMARY KEY (group_id, topic)
);
