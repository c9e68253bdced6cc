import { piecesWanted } from "../../order/decide.ts";
import { type Order, sameContent } from "../../order/order.ts";
import type { DeadLetter } from "../work.ts";
import type { ShopChange } from "./read-changes.ts";

/** An order as it stands in the tables. */
export interface StoredOrder {
  /** Of its first line. */
  readonly status: string;
  readonly order: Order;
}

/** Pieces of a product that an order held, and holds no longer. */
export interface OrderMovement {
  readonly orderId: string;
  readonly productId: string;
  readonly reason: "release" | "ship";
  readonly pieces: number;
}

export interface FollowCounts {
  /** Orders whose stock was given back. */
  readonly released: number;
  /** Orders that were cancelled before they were decided: they hold nothing, now or later. */
  readonly cancelledFirst: number;
  readonly shipped: number;
  /** Events that changed nothing: copies, and cancellations of what held no stock. */
  readonly withoutEffect: number;
  /** Events that became dead letters; what is shipped without ever having been reserved is one. */
  readonly deadLettered: number;
}

export interface DecidedChanges {
  /** Orders that are reserved and shall not be any more, with what they become. */
  readonly statuses: ReadonlyMap<string, "released" | "shipped">;
  readonly movements: readonly OrderMovement[];
  readonly deadLetters: readonly DeadLetter[];
  /** Orders that are shipped and that the tables do not know. */
  readonly unknown: readonly string[];
  readonly counts: Omit<FollowCounts, "deadLettered">;
}

/**
 * What follows from the shop's changes, in log order, for orders as they stand. Only a reserved order
 * holds stock: from there it is released or shipped, once, and whatever comes later finds it so. Pure.
 * @param stored by order id, with those of `cancelledFirst` in it.
 * @param cancelledFirst ids that nobody had decided, and that are released from the first.
 */
export function decideChanges(
  changes: readonly ShopChange[],
  stored: ReadonlyMap<string, StoredOrder>,
  cancelledFirst: ReadonlySet<string>,
): DecidedChanges {
  const statuses = new Map<string, "released" | "shipped">();
  const movements: OrderMovement[] = [];
  const deadLetters: DeadLetter[] = [];
  const unknown: string[] = [];
  let events = 0;
  for (const change of changes) {
    const { kind, order } = change;
    const { orderId } = order;
    const known = stored.get(orderId);
    const status = known === undefined ? undefined : (statuses.get(orderId) ?? known.status);
    // Another order has taken the id: what happens to this one is nothing to that one.
    const isOurs = known === undefined || sameContent(known.order, order);
    if (isOurs && status === "reserved") {
      statuses.set(orderId, kind === "cancelled" ? "released" : "shipped");
      const reason = kind === "cancelled" ? "release" : "ship";
      for (const [productId, pieces] of piecesWanted(order))
        movements.push({ orderId, productId, reason, pieces });
      events++;
    } else if (kind === "shipped" && !(isOurs && status === "shipped")) {
      if (status === undefined) unknown.push(orderId);
      deadLetters.push(neverReserved(change, isOurs ? status : "of other content"));
    }
  }
  const released = [...statuses.values()].filter((status) => status === "released").length;
  return {
    ...{ statuses, movements, deadLetters, unknown },
    counts: {
      released,
      cancelledFirst: cancelledFirst.size,
      shipped: statuses.size - released,
      withoutEffect: changes.length - events - cancelledFirst.size - deadLetters.length,
    },
  };
}

function neverReserved(
  { order, partition, message }: ShopChange,
  status: string | undefined,
): DeadLetter {
  return {
    // The letter is the event's: the order has had its outcome, and that is no dead letter.
    ...{ partition, message, orderId: undefined },
    reason: "not_reserved",
    detail: `order ${order.orderId} was shipped, but it is ${status ?? "unknown"} here and holds no stock: the total still has what has left`,
  };
}
