import { piecesWanted } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import { type Outcome, reserved } from "../../order/outcome.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { peekStock } from "../sql/read-stock.ts";
import { rollBackToSavepoint, setSavepoint } from "../sql/savepoint.ts";
import { sortProducts } from "../sql/sort-products.ts";
import { takeIfAvailable } from "../sql/take-pieces.ts";
import type { Strategy } from "../work.ts";
import { decideOne } from "./decide-one.ts";
import { lockAndTake } from "./lock-and-take.ts";
import { orderStrategy, orderTransaction } from "./order-transaction.ts";

/** Stock may arrive between a miss and the look at it; after so many times the rows are locked. */
const missesMax = 3;

/**
 * Nothing is read before: UPDATE … WHERE available_quantity >= wanted, product by product in the
 * order of their key, in which all lock.
 *
 * A hit proves that the pieces were there, and has taken them: PostgreSQL evaluates the condition
 * on the newest committed version of the row, whose lock it has. A miss proves less: that at some
 * moment of that statement the product was short, or unknown; not by how much, and not whether an
 * earlier line of the order is short, too. So whatever the order took is given back (a savepoint,
 * which releases the locks as well), and one look at all its products, a single snapshot, says what
 * the decision says. If that rejects, the committed stock was short at that moment: the rejection
 * and its figures are true, and it takes nothing, so it needs no lock. It never waits to reject. If
 * it does not reject, stock has arrived meanwhile, and the updates are tried again.
 */
export function conditionalStrategy(database: Database): Strategy {
  return orderStrategy("conditional", (work) =>
    database.transaction((tx) => orderTransaction(tx, work, takeOrLook)),
  );
}

async function takeOrLook(tx: Queryable, order: Order): Promise<Outcome> {
  const wanted = piecesWanted(order);
  const products = [...wanted.keys()];
  for (let misses = 0; misses < missesMax; misses++) {
    if (await takeAll(tx, wanted)) return reserved;
    const outcome = decideOne(await peekStock(tx, products), order);
    if (outcome.status === "rejected") return outcome;
  }
  return lockAndTake(tx, order);
}

/** All or nothing. */
async function takeAll(tx: Queryable, wanted: ReadonlyMap<string, number>): Promise<boolean> {
  // A single update that misses has taken nothing, and there is no order to keep.
  if (wanted.size === 1) {
    for (const [productId, pieces] of wanted) return takeIfAvailable(tx, productId, pieces);
  }
  await setSavepoint(tx);
  for (const productId of await sortProducts(tx, [...wanted.keys()])) {
    if (await takeIfAvailable(tx, productId, wanted.get(productId) ?? 0)) continue;
    await rollBackToSavepoint(tx);
    return false;
  }
  return true;
}
