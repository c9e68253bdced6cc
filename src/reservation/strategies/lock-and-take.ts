import { piecesWanted } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import type { Outcome } from "../../order/outcome.ts";
import type { Queryable } from "../../ports/database.ts";
import { lockStock } from "../sql/read-stock.ts";
import { takeStock } from "../sql/take-stock.ts";
import { decideOne } from "./decide-one.ts";

/**
 * Locks the order's rows in the order of their key, waiting where another has them; what they hold
 * then is the truth until the transaction ends. Always decides: it is what other strategies end with
 * when their own way does not come to a decision.
 */
export async function lockAndTake(tx: Queryable, order: Order): Promise<Outcome> {
  const stock = await lockStock(tx, [...piecesWanted(order).keys()]);
  const outcome = decideOne(stock, order);
  if (outcome.status === "reserved") await takeStock(tx, piecesWanted(order));
  return outcome;
}
