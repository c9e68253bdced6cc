import type { Queryable } from "../../ports/database.ts";

/** An order with its first event, ready to be stored. */
export interface OrderToStore {
  readonly orderId: string;
  readonly customerId: string;
  readonly totalCents: number;
  readonly items: readonly {
    readonly productId: string;
    readonly quantity: number;
    readonly priceCents: number;
  }[];
  readonly createdAt: string;
  readonly eventId: string;
  /** The event as it will be in Kafka. */
  readonly payload: string;
  readonly traceparent: string | undefined;
}

/** Amounts go as whole cents: a division by 100 is exact in numeric. */
const insert = {
  name: "insert_shop_orders",
  text: `
    WITH created AS (
      INSERT INTO shop.orders
        (order_id, customer_id, status, total_price, sequence, last_event_id, created_at, updated_at)
      SELECT order_id, customer_id, 'CREATED', cents / 100.0, 1, event_id, at, at
        FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::timestamptz[])
          AS given (order_id, customer_id, cents, event_id, at)
       ORDER BY order_id
      ON CONFLICT (order_id) DO NOTHING
      RETURNING order_id
    ), stored AS (
      INSERT INTO shop.order_items (order_id, line_no, product_id, quantity, price)
      SELECT order_id, line_no, product_id, quantity, cents / 100.0
        FROM unnest($8::uuid[], $9::smallint[], $10::text[], $11::integer[], $12::bigint[])
          AS given (order_id, line_no, product_id, quantity, cents)
        JOIN created USING (order_id)
    ), told AS (
      INSERT INTO shop.event_outbox (event_id, order_id, sequence, event_type, payload, traceparent)
      SELECT event_id, order_id, 1, 'ORDER_CREATED', payload, traceparent
        FROM unnest($1::uuid[], $4::uuid[], $6::text[], $7::text[])
          AS given (order_id, event_id, payload, traceparent)
        JOIN created USING (order_id)
       ORDER BY order_id
    )
    SELECT order_id FROM created`,
};

/**
 * Orders, their items and their events, in one statement: all of an order or nothing of it.
 * @param orders of different ids.
 * @returns the ids of those that were not there yet.
 */
export async function insertOrders(
  database: Queryable,
  orders: readonly OrderToStore[],
): Promise<ReadonlySet<string>> {
  const items = orders.flatMap(({ orderId, items: lines }) =>
    lines.map((line, index) => ({ ...line, orderId, lineNo: index + 1 })),
  );
  const { rows } = await database.query<{ order_id: string }>(insert, [
    orders.map(({ orderId }) => orderId),
    orders.map(({ customerId }) => customerId),
    orders.map(({ totalCents }) => totalCents),
    orders.map(({ eventId }) => eventId),
    orders.map(({ createdAt }) => createdAt),
    orders.map(({ payload }) => payload),
    orders.map(({ traceparent }) => traceparent ?? null),
    items.map(({ orderId }) => orderId),
    items.map(({ lineNo }) => lineNo),
    items.map(({ productId }) => productId),
    items.map(({ quantity }) => quantity),
    items.map(({ priceCents }) => priceCents),
  ]);
  return new Set(rows.map(({ order_id }) => order_id));
}
