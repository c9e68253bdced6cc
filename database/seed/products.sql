-- Ten products to reserve from. Each arrival of stock is a movement, as every change is.
WITH seeded AS (
  INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
  VALUES
    ('PROD001', 'Laptop',              1000000, 1000000, 1299.99),
    ('PROD002', 'Wireless Mouse',      1000000, 1000000,   29.99),
    ('PROD003', 'USB-C Cable',         1000000, 1000000,   12.99),
    ('PROD004', 'Mechanical Keyboard', 1000000, 1000000,   89.99),
    ('PROD005', '27-inch Monitor',     1000000, 1000000,  349.99),
    ('PROD006', 'Webcam',              1000000, 1000000,   79.99),
    ('PROD007', 'Headphones',          1000000, 1000000,  199.99),
    ('PROD008', 'Desk Lamp',           1000000, 1000000,   39.99),
    ('PROD009', 'Laptop Stand',        1000000, 1000000,   49.99),
    ('PROD010', 'Portable SSD',        1000000, 1000000,  129.99)
  ON CONFLICT (product_id) DO NOTHING
  RETURNING product_id, available_quantity, total_quantity
)
INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
SELECT product_id, 'seed', available_quantity, total_quantity FROM seeded;
