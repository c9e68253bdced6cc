import { decide, piecesWanted } from "../order/decide.ts";
import type { Order } from "../order/order.ts";
import type { Outcome } from "../order/outcome.ts";

/** Stock as last seen. null: the product does not exist; missing: not seen yet, taken to be ample. */
export type SeenStock = ReadonlyMap<string, number | null>;

/** What must be true of one product for a decision to be the right one. */
export interface StockAssumption {
  readonly productId: string;
  /** Pieces that the reserved orders take. */
  taken: number;
  /** Available must be at least this … */
  needed: number;
  /** … or, where given, exactly this; null: the product must not exist. */
  expected?: number | null;
}

export interface AssumingDecision {
  /** outcomes[i] is that of orders[i]. */
  readonly outcomes: readonly Outcome[];
  readonly assumptions: readonly StockAssumption[];
}

/**
 * The pure decision on stock that may have changed since it was seen, and what of the stock it
 * rests on: wherever all assumptions hold, `decide` gives the same outcomes on the true stock.
 *
 * - A product that ran short must be found exactly as seen: the rejection says what was available.
 * - A product that sufficed each time must suffice for all that is taken of it; where a rejected
 *   order asked for it before the product that it was rejected for, for that order besides, or else
 *   be found exactly as seen.
 * - A product that an order was rejected for as unknown must not exist; those mentioned before it must.
 */
export function decideAssuming(seen: SeenStock, orders: readonly Order[]): AssumingDecision {
  const stock = new Map<string, number>();
  for (const order of orders) {
    for (const { productId } of order.lines) {
      if (stock.has(productId)) continue;
      const available = seen.get(productId);
      if (available !== null) stock.set(productId, available ?? Number.POSITIVE_INFINITY);
    }
  }
  const { outcomes, taken } = decide(stock, orders);
  const assumptions = new Map<string, StockAssumption>();
  for (const [productId, pieces] of taken)
    assumptions.set(productId, { productId, taken: pieces, needed: pieces });
  for (const [index, outcome] of outcomes.entries()) {
    const order = orders[index];
    if (outcome.status === "rejected" && order !== undefined)
      assumeRejected(assumptions, stock, order, outcome);
  }
  for (const assumption of assumptions.values()) {
    // For the rejected order there was enough only because those behind it had not taken theirs yet.
    const available = stock.get(assumption.productId);
    if (available !== undefined && assumption.needed > available) assumption.expected ??= available;
  }
  return { outcomes, assumptions: [...assumptions.values()] };
}

function assumeRejected(
  assumptions: Map<string, StockAssumption>,
  stock: ReadonlyMap<string, number>,
  order: Order,
  outcome: Extract<Outcome, { status: "rejected" }>,
): void {
  const short = outcome.reason === "insufficient_stock";
  let before = true;
  for (const [productId, pieces] of piecesWanted(order)) {
    const assumption = assumptions.get(productId) ?? { productId, taken: 0, needed: 0 };
    if (productId === outcome.productId) {
      assumption.expected = stock.get(productId) ?? null;
      before = false;
    } else if (short && before) {
      assumption.needed = Math.max(assumption.needed, assumption.taken + pieces);
    } else if (!short && !before) {
      // Behind an unknown product nothing matters any more.
      break;
    }
    assumptions.set(productId, assumption);
  }
}
