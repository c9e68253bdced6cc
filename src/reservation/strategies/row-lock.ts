import type { Database } from "../../ports/database.ts";
import type { Strategy } from "../work.ts";
import { lockAndTake } from "./lock-and-take.ts";
import { orderStrategy, orderTransaction } from "./order-transaction.ts";

/**
 * One transaction an order: SELECT … FOR UPDATE, decide, UPDATE. Exact because nobody changes a
 * locked row: what was read is what is taken from. Whoever wants the same product waits, from the
 * lock until the commit has reached the disk: four statements of a hot product's time an order.
 */
export function rowLockStrategy(database: Database): Strategy {
  return orderStrategy("row-lock", (work) =>
    database.transaction((tx) => orderTransaction(tx, work, lockAndTake)),
  );
}
