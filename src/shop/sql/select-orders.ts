import type { Rejection } from "../../order/outcome-event.ts";
import type { Queryable } from "../../ports/database.ts";
import type { ShopOrder, ShopReservation, ShopStatus } from "../shop-order.ts";

interface OrderRow {
  readonly order_id: string;
  readonly customer_id: string;
  readonly status: ShopStatus;
  readonly reservation: ShopReservation;
  readonly rejection: Rejection | null;
  readonly total_cents: number;
  readonly sequence: number;
  readonly last_event_id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface ItemRow {
  readonly product_id: string;
  readonly quantity: number;
  readonly cents: number;
}

/** Cents leave the database as whole numbers: no amount is ever a fraction in a double. */
const columns = `o.order_id, o.customer_id, o.status, o.reservation, o.rejection, (o.total_price * 100)::bigint AS total_cents,
  o.sequence, o.last_event_id, o.created_at, o.updated_at`;

const itemsOf = `(SELECT json_agg(json_build_object(
    'product_id', product_id, 'quantity', quantity, 'cents', (price * 100)::bigint) ORDER BY line_no)
  FROM shop.order_items i WHERE i.order_id = o.order_id) AS items`;

const byId = {
  name: "select_shop_orders",
  text: `SELECT ${columns}, ${itemsOf} FROM shop.orders o WHERE o.order_id = ANY($1::uuid[])`,
};

const byIdLocked = {
  name: "lock_shop_orders",
  text: `SELECT ${columns}, ${itemsOf} FROM shop.orders o
          WHERE o.order_id = ANY($1::uuid[]) ORDER BY o.order_id FOR UPDATE`,
};

/** @param lock for update, in the order of ids. @returns those that exist, by id. */
export async function selectOrders(
  database: Queryable,
  orderIds: readonly string[],
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<ReadonlyMap<string, ShopOrder>> {
  const { rows } = await database.query<OrderRow & { items: readonly ItemRow[] }>(
    lock ? byIdLocked : byId,
    [orderIds],
  );
  return new Map(
    rows.map((row) => [row.order_id, { ...orderOf(row), items: row.items.map(itemOf) }]),
  );
}

/** A place in the list of orders, newest first. */
export interface ShopCursor {
  /** As PostgreSQL has it: microseconds and all. */
  readonly createdAt: string;
  readonly orderId: string;
}

export interface PageRequest {
  readonly customerId: string | undefined;
  readonly status: ShopStatus | undefined;
  /** Only what stands behind it. */
  readonly after: ShopCursor | undefined;
  readonly limit: number;
}

export interface OrderPage {
  readonly orders: readonly Omit<ShopOrder, "items">[];
  /** Where the next page begins; undefined when this is the last. */
  readonly next: ShopCursor | undefined;
}

export async function selectPage(
  database: Queryable,
  { customerId, status, after, limit }: PageRequest,
): Promise<OrderPage> {
  const values: unknown[] = [limit + 1];
  const given = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(customerId === undefined ? [] : [`o.customer_id = ${given(customerId)}`]),
    ...(status === undefined ? [] : [`o.status = ${given(status)}`]),
    ...(after === undefined
      ? []
      : [
          `(o.created_at, o.order_id) < (${given(after.createdAt)}::timestamptz, ${given(after.orderId)}::uuid)`,
        ]),
  ];
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const { rows } = await database.query<OrderRow & { at: string }>(
    {
      text: `SELECT ${columns}, to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
               FROM shop.orders o ${where} ORDER BY o.created_at DESC, o.order_id DESC LIMIT $1`,
    },
    values,
  );
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    orders: page.map(orderOf),
    next: last && { createdAt: last.at, orderId: last.order_id },
  };
}

function orderOf(row: OrderRow): Omit<ShopOrder, "items"> {
  return {
    orderId: row.order_id,
    customerId: row.customer_id,
    status: row.status,
    reservation: row.reservation,
    rejection: row.rejection ?? undefined,
    totalCents: row.total_cents,
    sequence: row.sequence,
    lastEventId: row.last_event_id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function itemOf({ product_id, quantity, cents }: ItemRow) {
  return { productId: product_id, quantity, priceCents: cents };
}
