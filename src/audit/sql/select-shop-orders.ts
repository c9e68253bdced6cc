import type { Queryable, Statement } from "../../ports/database.ts";
import type { ShopOrderRow } from "../shop/shop-trace.ts";

const declare: Statement = {
  text: `
    DECLARE shop_orders NO SCROLL CURSOR FOR
    SELECT order_id, customer_id, status, (total_price * 100)::bigint AS total_cents, sequence,
           last_event_id, (extract(epoch FROM created_at) * 1000)::bigint AS created_ms,
           (extract(epoch FROM updated_at) * 1000)::bigint AS updated_ms,
           to_jsonb(o) ->> 'reservation' AS reservation
    FROM shop.orders o`,
};
const fetchRows: Statement = { text: "FETCH 10000 FROM shop_orders" };
const closeRows: Statement = { text: "CLOSE shop_orders" };

interface Row {
  readonly order_id: string;
  readonly customer_id: string;
  readonly status: string;
  readonly total_cents: number;
  readonly sequence: number;
  readonly last_event_id: string;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly reservation: string | null;
}

/** In a transaction: every order of the shop, some thousands at a time. */
export async function* shopOrders(tx: Queryable): AsyncGenerator<readonly ShopOrderRow[]> {
  await tx.query(declare);
  for (;;) {
    const { rows } = await tx.query<Row>(fetchRows);
    if (rows.length === 0) break;
    yield rows.map((row) => ({
      orderId: row.order_id,
      customerId: row.customer_id,
      status: row.status,
      totalCents: row.total_cents,
      sequence: row.sequence,
      lastEventId: row.last_event_id,
      createdMs: row.created_ms,
      updatedMs: row.updated_ms,
      reservation: row.reservation ?? undefined,
    }));
  }
  await tx.query(closeRows);
}
