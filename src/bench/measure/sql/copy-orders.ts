import { type CopyStreamQuery, from as copyFrom } from "pg-copy-streams";
import type { Session } from "../../../runtime/postgres/session.ts";

/** @returns a stream for the columns that a reservation fills; the rest has its defaults there, too. */
export function copyOrders(session: Session): CopyStreamQuery {
  return session.query(
    copyFrom(`COPY orders (order_id, line_no, customer_id, product_id, quantity, amount, status,
             source_partition, source_offset, placed_at) FROM STDIN`),
  );
}
