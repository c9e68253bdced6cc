import type { Order } from "./order.ts";
import { type Outcome, reserved } from "./outcome.ts";

/** Available pieces per product. A product that is not a key is unknown. */
export type Stock = ReadonlyMap<string, number>;

export interface Decision {
  /** outcomes[i] is that of orders[i]. */
  readonly outcomes: readonly Outcome[];
  /** Pieces taken per product, only products of which something was taken. */
  readonly taken: ReadonlyMap<string, number>;
}

/**
 * The specification of a reservation. Orders are decided one after the other, in the order given
 * (log order); each is reserved all or nothing; a rejected order takes nothing, so a smaller one
 * behind it may still be met. Every strategy must give the result of this function.
 *
 * @param stock what is available before the first order; not changed.
 */
export function decide(stock: Stock, orders: readonly Order[]): Decision {
  const left = new Map(stock);
  const taken = new Map<string, number>();
  const outcomes = orders.map((order) => {
    const wanted = piecesWantedByLine(order);
    const outcome = outcomeOf(wanted, left);
    if (outcome.status === "reserved") {
      for (const [productId, pieces] of wanted) {
        left.set(productId, (left.get(productId) ?? 0) - pieces);
        taken.set(productId, (taken.get(productId) ?? 0) + pieces);
      }
    }
    return outcome;
  });
  return { outcomes, taken };
}

/** Pieces per product; the same product on several lines is summed. In order of first mention. */
export function piecesWanted(order: Order): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const line of order.lines) {
    wanted.set(line.productId, (wanted.get(line.productId) ?? 0) + line.quantity);
  }
  return wanted;
}

/** As `piecesWanted`, as pairs: most orders have one line, and a Map for each would cost more than the rest. */
function piecesWantedByLine(order: Order): Iterable<readonly [string, number]> {
  const [line] = order.lines;
  return order.lines.length === 1 && line !== undefined
    ? [[line.productId, line.quantity]]
    : piecesWanted(order);
}

function outcomeOf(wanted: Iterable<readonly [string, number]>, left: Stock): Outcome {
  // An unknown product wins over short stock whatever the order of the lines: it can never be met,
  // while short stock could have been. One rule, so that every strategy reports the same reason.
  for (const [productId, pieces] of wanted) {
    if (!left.has(productId)) {
      return {
        status: "rejected",
        reason: "unknown_product",
        productId,
        wanted: pieces,
        available: 0,
      };
    }
  }
  for (const [productId, pieces] of wanted) {
    const available = left.get(productId) ?? 0;
    if (pieces > available) {
      return {
        status: "rejected",
        reason: "insufficient_stock",
        productId,
        wanted: pieces,
        available,
      };
    }
  }
  return reserved;
}
