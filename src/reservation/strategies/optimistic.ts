import { piecesWanted } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import type { Outcome } from "../../order/outcome.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { readStockRows } from "../sql/read-stock-rows.ts";
import { takeIfUnchanged } from "../sql/take-pieces.ts";
import type { ReserveResult, Strategy, Work } from "../work.ts";
import { beginAgain, withRetries } from "./begin-again.ts";
import { decideOne } from "./decide-one.ts";
import { lockAndTake } from "./lock-and-take.ts";
import { orderStrategy, orderTransaction } from "./order-transaction.ts";

/** Somebody changed the stock between the look at it and the update. */
class StockChanged extends Error {}

const attemptsMax = 6;

/**
 * Reads without a lock, decides, and takes only from rows that are as they were read: the same
 * version and the same available_quantity. The quantity is not superfluous: a program that knows
 * nothing of versions (`UPDATE inventory SET available_quantity = available_quantity - $1`) leaves
 * them as they are. Where both are the same the decision is that of the row's newest version, under
 * its lock; a row that was changed and changed back in between decides nothing differently. What is
 * rejected was short in one committed snapshot, which is when it was decided.
 *
 * After a change the transaction is begun again. A hot product may change every time: then the last
 * attempt locks and waits, so that every order is decided, and none is dropped.
 */
export function optimisticStrategy(database: Database): Strategy {
  return orderStrategy("optimistic", (work) => decide(database, work));
}

async function decide(database: Database, work: Work): Promise<ReserveResult> {
  const attempts = { max: attemptsMax, passes: (error: unknown) => error instanceof StockChanged };
  const decided = await beginAgain(attempts, () =>
    database.transaction((tx) => orderTransaction(tx, work, compareAndTake)),
  );
  if (decided !== undefined) return decided;
  const locked = await database.transaction((tx) => orderTransaction(tx, work, lockAndTake));
  return withRetries(locked, attemptsMax);
}

async function compareAndTake(tx: Queryable, order: Order): Promise<Outcome> {
  const wanted = piecesWanted(order);
  const rows = await readStockRows(tx, [...wanted.keys()]);
  const stock = new Map(rows.map((row) => [row.product_id, row.available_quantity]));
  const outcome = decideOne(stock, order);
  if (outcome.status === "rejected") return outcome;
  for (const row of rows) {
    if (!(await takeIfUnchanged(tx, row, wanted.get(row.product_id) ?? 0)))
      throw new StockChanged("the stock has changed since it was read");
  }
  return outcome;
}
