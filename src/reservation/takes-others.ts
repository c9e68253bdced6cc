import type { Order } from "../order/order.ts";
import { newOrderId } from "../order/order-id.ts";
import { failurePolicy } from "../partitions/failure-policy.ts";
import type { Database } from "../ports/database.ts";
import { checkConstraintsNow } from "./sql/check-constraints-now.ts";
import { typicalOrder } from "./sql/typical-order.ts";
import { lockAndTake } from "./strategies/lock-and-take.ts";
import { orderTransaction } from "./strategies/order-transaction.ts";
import type { LoggedOrder, Work } from "./work.ts";

const neighboursMax = 3;

/**
 * The database refused the one order of `refused`: is the order at fault, or are the tables? Poison
 * is rare, a broken table (a CHECK made by hand, a trigger that raises) refuses everything. So other
 * orders are rehearsed in its place, under new ids, in transactions that are rolled back: neighbours
 * with other products and customers, and at last one as the database itself would have it.
 *
 * @returns true when one of them is reserved, and so the refused order is at fault. An order that is
 * merely rejected proves little: it takes no stock. False when there were only refusals.
 * @throws what is no refusal: then nothing is known.
 */
export async function takesOthers(
  database: Database,
  refused: Work,
  around: readonly LoggedOrder[],
): Promise<boolean> {
  const [at] = refused.orders;
  if (at === undefined) return false;
  let refusals = 0;
  for (const neighbour of neighboursOf(at.order, around)) {
    const end = await rehearse(database, refused, neighbour);
    if (end === "reserved") return true;
    if (end === "refused") refusals++;
  }
  const end = await rehearse(database, refused, await typicalOrder(database));
  return end === "reserved" || (end === "rejected" && refusals === 0);
}

/** Orders that share neither product nor customer with this one, as far as there are any. Pure. */
export function neighboursOf(order: Order, around: readonly LoggedOrder[]): readonly Order[] {
  const products = new Set(order.lines.map((line) => line.productId));
  const shared = (other: Order) =>
    Number(other.customerId === order.customerId) +
    Number(other.lines.some((line) => products.has(line.productId)));
  return around
    .map((logged) => logged.order)
    .filter((other) => other.orderId !== order.orderId)
    .toSorted((a, b) => shared(a) - shared(b))
    .slice(0, neighboursMax);
}

class RolledBack extends Error {}

async function rehearse(
  database: Database,
  refused: Work,
  order: Omit<Order, "orderId">,
): Promise<"reserved" | "rejected" | "refused"> {
  let isReserved = false;
  try {
    await database.transaction(async (tx) => {
      const orders = refused.orders.map((at) => ({
        ...at,
        order: { ...order, orderId: newOrderId() },
      }));
      const result = await orderTransaction(tx, { ...refused, orders }, lockAndTake);
      isReserved = result.kind === "committed" && result.counts.reserved > 0;
      await checkConstraintsNow(tx);
      throw new RolledBack("only a rehearsal");
    });
  } catch (error) {
    if (error instanceof RolledBack) return isReserved ? "reserved" : "rejected";
    if (failurePolicy(error) !== "split") throw error;
  }
  return "refused";
}
