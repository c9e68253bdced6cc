import { piecesWanted } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import type { Outcome } from "../../order/outcome.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { readStockRows } from "../sql/read-stock-rows.ts";
import { takeIfAvailable } from "../sql/take-pieces.ts";
import type { Strategy } from "../work.ts";
import { beginAgain } from "./begin-again.ts";
import { decideOne } from "./decide-one.ts";
import { orderStrategy, orderTransaction } from "./order-transaction.ts";

const attemptsMax = 12;

/**
 * Plain reads and writes at isolation level SERIALIZABLE: PostgreSQL refuses (40001, or 40P01 for a
 * deadlock) what could not have happened one after the other, and the transaction is begun again.
 *
 * Exact beside transactions of other levels, too, for which that guarantee does not hold: an update
 * of a row that anybody has changed since this transaction's snapshot is refused (40001), so what is
 * taken was there; and what is rejected was short in the snapshot, which is when it was decided.
 *
 * Small tables are read as a whole, and then transactions for different products get in each
 * other's way as well: expect retries. After the last attempt the error is thrown, and the failure
 * policy waits longer and tries again: the order stays where it is.
 */
export function serializableStrategy(database: Database): Strategy {
  return orderStrategy("serializable", async (work) => {
    let last: unknown;
    const passes = (error: unknown) => {
      last = error;
      return isSerializationFailure(error);
    };
    const decided = await beginAgain({ max: attemptsMax, passes }, () =>
      database.transaction((tx) => orderTransaction(tx, work, readAndTake), {
        isolation: "serializable",
      }),
    );
    if (decided === undefined) throw last;
    return decided;
  });
}

async function readAndTake(tx: Queryable, order: Order): Promise<Outcome> {
  const wanted = piecesWanted(order);
  const rows = await readStockRows(tx, [...wanted.keys()]);
  const stock = new Map(rows.map((row) => [row.product_id, row.available_quantity]));
  const outcome = decideOne(stock, order);
  if (outcome.status === "rejected") return outcome;
  for (const { product_id: productId } of rows) {
    // The snapshot says that it suffices: a miss would mean that it is not one.
    if (!(await takeIfAvailable(tx, productId, wanted.get(productId) ?? 0)))
      throw new RangeError(`${productId} is short in a snapshot in which it sufficed`);
  }
  return outcome;
}

function isSerializationFailure(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "40001" || code === "40P01";
}
