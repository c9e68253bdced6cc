import { piecesWanted } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import type { Outcome } from "../../order/outcome.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { wasGivenUp } from "../sql/given-up.ts";
import { lockStockNowait, StockLocked } from "../sql/lock-stock-nowait.ts";
import { takeStock } from "../sql/take-stock.ts";
import type { ReserveResult, Strategy, Work } from "../work.ts";
import { beginAgain, withRetries } from "./begin-again.ts";
import { decideOne } from "./decide-one.ts";
import { type GivenUp, orderStrategy, orderTransaction } from "./order-transaction.ts";

/** With full jitter, waits of 1.2 s on average between them. */
const attemptsDefault = 14;

/**
 * As row-lock, but it never waits for a product: FOR UPDATE NOWAIT fails at once where another
 * transaction has the row, and the transaction is begun again later. After the last attempt the
 * order is a dead letter with a reason of its own, recorded in the transaction that moves the offset
 * past it: given up, never dropped. `orders dlq replay` brings it back; the same message read again
 * from the log does not.
 */
export function nowaitStrategy(database: Database, attempts: number = attemptsDefault): Strategy {
  return orderStrategy("nowait", (work) => decide(database, work, attempts));
}

async function decide(database: Database, work: Work, max: number): Promise<ReserveResult> {
  const attempts = { max, passes: (error: unknown) => error instanceof StockLocked };
  const decided = await beginAgain(attempts, () =>
    database.transaction((tx) =>
      orderTransaction(tx, work, async (_, order) => {
        const before = await givenUpBefore(tx, work);
        return before ?? lockNowaitAndTake(tx, order);
      }),
    ),
  );
  if (decided !== undefined) return decided;
  const givenUp: GivenUp = {
    status: "given up",
    reason: "stock_locked",
    detail: `other transactions held the rows of its stock at each of ${max} attempts`,
  };
  const last = await database.transaction((tx) => orderTransaction(tx, work, async () => givenUp));
  return withRetries(last, max);
}

async function lockNowaitAndTake(tx: Queryable, order: Order): Promise<Outcome> {
  const wanted = piecesWanted(order);
  const outcome = decideOne(await lockStockNowait(tx, [...wanted.keys()]), order);
  if (outcome.status === "reserved") await takeStock(tx, wanted);
  return outcome;
}

/** The letter stands: recorded again under its source's offset, it changes nothing. */
async function givenUpBefore(tx: Queryable, work: Work): Promise<GivenUp | undefined> {
  const [logged] = work.orders;
  if (logged === undefined) return undefined;
  const { partition, message } = logged;
  const { offset, value } = message;
  const detail = await wasGivenUp(tx, work.topic, { partition, offset, value });
  return detail === undefined ? undefined : { status: "given up", reason: "stock_locked", detail };
}
