import { decide, type Stock } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import type { Outcome } from "../../order/outcome.ts";

/** The specification, for a single order. Pure. */
export function decideOne(stock: Stock, order: Order): Outcome {
  const [outcome] = decide(stock, [order]).outcomes;
  if (outcome === undefined) throw new RangeError("a decision has an outcome for every order");
  return outcome;
}
