-- Stock that an order held and was given back (reason release), or that left with it (reason ship).
-- NULL: the movement is no order's.
ALTER TABLE stock_movements ADD COLUMN order_id uuid;
