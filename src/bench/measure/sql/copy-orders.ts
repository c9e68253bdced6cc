import type { Statement } from "../../../ports/database.ts";

/** The columns that a reservation fills; the rest has its defaults there, too. */
export const copyOrders: Statement = {
  text: `COPY orders (order_id, line_no, customer_id, product_id, quantity, amount, status,
             source_partition, source_offset, placed_at) FROM STDIN`,
};
