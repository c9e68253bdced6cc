import type { Order } from "../../order/order.ts";
import type { Slice } from "../../partitions/slice.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { advanceOffsets } from "../sql/advance-offsets.ts";
import { insertDeadLetters } from "../sql/insert-dead-letters.ts";
import { lockOffsets } from "../sql/lock-offsets.ts";
import { lockStock } from "../sql/read-stock.ts";
import { decideChanges, type FollowCounts } from "./decide-changes.ts";
import type { ReadChanges } from "./read-changes.ts";
import { endReservations } from "./sql/end-reservations.ts";
import { insertCancelledOrders } from "./sql/insert-cancelled-orders.ts";
import { lockOrders } from "./sql/lock-orders.ts";
import { moveReservedStock } from "./sql/move-reserved-stock.ts";

export interface ShopWork extends ReadChanges {
  readonly group: string;
  /** Of the shop's events. */
  readonly topic: string;
  /** In partition order. */
  readonly slices: readonly Slice[];
}

export type ApplyResult =
  | { readonly kind: "committed"; readonly counts: FollowCounts }
  /** Nothing was written: the stored offsets are not those the work begins at. */
  | { readonly kind: "fenced"; readonly stored: ReadonlyMap<number, number> }
  /** Nothing was written: these orders are shipped, and not decided yet. */
  | { readonly kind: "early"; readonly orderIds: readonly string[] };

/**
 * Gives back what cancelled orders held and takes out what was shipped, in one transaction with the
 * offsets. Its locks are those of a reservation, in the same order: offsets by partition, orders by
 * id, stock by product.
 * @param allDecided nothing that was placed before the work is undecided: what is unknown stays so.
 */
export async function applyChanges(
  database: Database,
  work: ShopWork,
  allDecided: boolean,
): Promise<ApplyResult> {
  try {
    return await database.transaction((tx) => apply(tx, work, allDecided));
  } catch (error) {
    if (error instanceof Early) return { kind: "early", orderIds: error.orderIds };
    throw error;
  }
}

/** Thrown, so that the transaction takes back what it has written. */
class Early extends Error {
  readonly orderIds: readonly string[];
  constructor(orderIds: readonly string[]) {
    super("shipped before it was decided");
    this.orderIds = orderIds;
  }
}

async function apply(tx: Queryable, work: ShopWork, allDecided: boolean): Promise<ApplyResult> {
  const { group, topic, slices, changes } = work;
  const partitions = slices.map((slice) => slice.partition);
  const stored = await lockOffsets(tx, group, topic, partitions);
  if (slices.some((slice) => stored.get(slice.partition) !== slice.from))
    return { kind: "fenced", stored };

  // First, for it waits for those who are deciding one of them: then what they decided is seen.
  const cancelledFirst = await insertCancelledOrders(
    tx,
    distinct(changes.filter(({ kind }) => kind === "cancelled").map(({ order }) => order)),
  );
  const orders = distinct(changes.map(({ order }) => order));
  const known = await lockOrders(
    tx,
    orders.map(({ orderId }) => orderId),
  );
  const decided = decideChanges(changes, known, cancelledFirst);
  if (!allDecided && decided.unknown.length > 0) throw new Early(decided.unknown);
  await endReservations(tx, decided.statuses);
  const letters = [...work.deadLetters, ...decided.deadLetters];
  const deadLettered = await insertDeadLetters(tx, topic, letters);
  await advanceOffsets(tx, work);
  const products = new Set(decided.movements.map(({ productId }) => productId));
  const stock = products.size === 0 ? new Map() : await lockStock(tx, [...products]);
  // Somebody may have removed a product: then there is nothing to give back to.
  await moveReservedStock(
    tx,
    decided.movements.filter(({ productId }) => stock.has(productId)),
  );
  return { kind: "committed", counts: { ...decided.counts, deadLettered } };
}

/** The first of each id. */
function distinct(orders: readonly Order[]): readonly Order[] {
  const byId = new Map<string, Order>();
  for (const order of orders) if (!byId.has(order.orderId)) byId.set(order.orderId, order);
  return [...byId.values()];
}
