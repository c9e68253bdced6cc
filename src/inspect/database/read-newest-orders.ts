import type { Queryable } from "../../ports/database.ts";
import type { OrderLineView } from "./answers.ts";
import type { OrdersFilter } from "./orders-filter.ts";
import type { OrderLineRow } from "./sql/order-line-row.ts";
import { selectMatchingOrders } from "./sql/select-matching-orders.ts";
import { selectNewestOrders } from "./sql/select-newest-orders.ts";
import { selectOneOrder } from "./sql/select-one-order.ts";
import { selectTablePosition } from "./sql/select-table-position.ts";

/** 8 MiB: some 60,000 order lines, read in about 10 ms. */
const endPages = 1024;
/** Clocks of those who make ids may be ahead of ours. */
const clockSlackMs = 60 * 60_000;

/** @returns at most `limit` order lines, the newest first. */
export async function readNewestOrders(
  database: Queryable,
  filter: OrdersFilter,
  limit: number,
): Promise<readonly OrderLineRow[]> {
  const { status, customer, orderId } = filter;
  if (orderId !== undefined) {
    const rows = await selectOneOrder(database, orderId, limit);
    return rows.filter((row) => matches(row, filter));
  }
  if (status !== undefined || customer !== undefined)
    return selectMatchingOrders(database, filter, limit);
  const { pages } = await selectTablePosition(database);
  const from = `(${Math.max(0, pages - endPages)},0)`;
  return selectNewestOrders(database, { limit, from, idAbove: idAbove(Date.now() + clockSlackMs) });
}

function matches(row: OrderLineRow, { status, customer }: OrdersFilter): boolean {
  return (
    (status === undefined || row.status === status) &&
    (customer === undefined || row.customer_id === customer)
  );
}

/** The highest UUIDv7 of a moment. */
export function idAbove(ms: number): string {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7fff-bfff-ffffffffffff`;
}

export function orderLineView({ xid: _, created_at, ...row }: OrderLineRow): OrderLineView {
  return {
    order_id: row.order_id,
    line_no: row.line_no,
    created_at: created_at.toISOString(),
    customer_id: row.customer_id,
    product_id: row.product_id,
    quantity: row.quantity,
    amount: row.amount,
    status: row.status,
    rejection_reason: row.rejection_reason,
  };
}
