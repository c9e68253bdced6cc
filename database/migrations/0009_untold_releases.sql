-- Orders that gave their stock back, until topic orders-inventory has been told. In the transaction of
-- the release, so that none is forgotten; gone once Kafka has it.
CREATE TABLE untold_releases (
  order_id    uuid PRIMARY KEY,
  released_at timestamptz NOT NULL DEFAULT now()
);
-- Of what an earlier version gave back, nobody was told.
INSERT INTO untold_releases (order_id, released_at)
SELECT order_id, updated_at FROM orders
WHERE line_no = 1 AND status = 'released' AND source_offset IS NOT NULL;
