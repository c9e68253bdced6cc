import type { Database } from "../../ports/database.ts";
import type { Contents } from "../figures/contents.ts";
import { type ContentsRow, selectContents } from "./sql/select-contents.ts";
import { type StockRow, selectStock } from "./sql/select-stock.ts";

export interface Reconciled {
  readonly reserved: number;
  readonly rejected: number;
  /** Orders that became dead letters because the stock was locked. */
  readonly givenUp: number;
  /** Pieces reserved in orders but not taken from the stock, of all products; 0 where they agree. */
  readonly lostPieces: number;
  /** A sentence for everything that is not as it must be. */
  readonly problems: readonly string[];
}

/**
 * What is in the tables against what was asked for: every order exactly once with its own lines, no
 * dead letter, and a stock that the reserved orders add up to.
 * @param stock pieces at the start.
 * @param mayGiveUp whether orders may be dead letters because the stock was locked at every attempt,
 *   as the strategy nowait makes them.
 */
export async function reconcile(
  database: Database,
  expected: Contents,
  stock: ReadonlyMap<string, number>,
  { mayGiveUp }: { readonly mayGiveUp: boolean },
): Promise<Reconciled> {
  const { rows } = await database.query<ContentsRow>(selectContents);
  const [found] = rows;
  if (found === undefined) throw new Error("PostgreSQL counted nothing");
  const problems: string[] = [];
  const givenUp = mayGiveUp ? found.given_up : 0;
  if (found.orders + givenUp !== expected.orders) {
    problems.push(
      `${expected.orders} orders expected, ${found.orders} and ${found.dead_letters} dead letters found`,
    );
  } else if (
    givenUp === 0 &&
    (found.lines !== expected.lines || BigInt(found.checksum) !== expected.checksum)
  ) {
    problems.push(
      `${found.orders} orders found (${found.lines} lines), but not as they were placed (${expected.lines} lines)`,
    );
  }
  if (found.reserved + found.rejected !== found.orders)
    problems.push(`${found.orders - found.reserved - found.rejected} orders without an outcome`);
  if (found.dead_letters > givenUp)
    problems.push(`${found.dead_letters - givenUp} dead letters that nothing explains`);
  const ledger = (await database.query<StockRow>(selectStock)).rows;
  problems.push(...ledger.flatMap((row) => stockProblems(row, stock.get(row.product_id) ?? 0)));
  return {
    reserved: found.reserved,
    rejected: found.rejected,
    givenUp,
    lostPieces: ledger.reduce((sum, row) => sum + Math.abs(row.ordered - row.reserved), 0),
    problems,
  };
}

function stockProblems(row: StockRow, atStart: number): readonly string[] {
  const { product_id, available, reserved, total, ordered } = row;
  const problems: string[] = [];
  if (ordered !== reserved)
    problems.push(
      `${product_id}: ${ordered} pieces in reserved orders, ${reserved} taken from stock`,
    );
  if (ordered > atStart) problems.push(`${product_id}: ${ordered} of ${atStart} pieces sold`);
  if (available + reserved !== total || total !== atStart)
    problems.push(`${product_id}: ${available} + ${reserved} is not the stock of ${atStart}`);
  return problems;
}
