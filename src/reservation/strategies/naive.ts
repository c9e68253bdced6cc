import { Failure } from "../../failure/failure.ts";
import { piecesWanted } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import type { Outcome } from "../../order/outcome.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { mayRunNaive } from "../../runtime/postgres/tables/naive-permit.ts";
import { readStockRows } from "../sql/read-stock-rows.ts";
import { writeStock } from "../sql/write-stock.ts";
import type { Strategy } from "../work.ts";
import { decideOne } from "./decide-one.ts";
import { orderStrategy, orderTransaction } from "./order-transaction.ts";

/**
 * Reads, then writes what it computed: two at once read the same, and the later one overwrites what
 * the other took. It exists so that anybody can see the audits notice, and runs only on a database
 * that was made for it; every transaction asks.
 */
export function naiveStrategy(database: Database): Strategy {
  const strategy = orderStrategy("naive", (work) =>
    database.transaction(async (tx) => {
      await demandPermit(tx);
      return orderTransaction(tx, work, readThenWrite);
    }),
  );
  return { ...strategy, mayRun: () => demandPermit(database) };
}

async function readThenWrite(tx: Queryable, order: Order): Promise<Outcome> {
  const wanted = piecesWanted(order);
  const rows = await readStockRows(tx, [...wanted.keys()]);
  const stock = new Map(rows.map((row) => [row.product_id, row.available_quantity]));
  const outcome = decideOne(stock, order);
  if (outcome.status === "rejected") return outcome;
  for (const row of rows) await writeStock(tx, row, wanted.get(row.product_id) ?? 0);
  return outcome;
}

async function demandPermit(tx: Queryable): Promise<void> {
  if (await mayRunNaive(tx)) return;
  throw new Failure("environment", {
    what: "this database was not made for the strategy naive",
    meaning: "naive loses updates: it sells what is not there, and the stock is wrong afterwards",
    remedy:
      "choose another strategy; or, to see an audit notice, make a stack for it: `orders up --stack naive --strategy naive --allow-naive`",
  });
}
