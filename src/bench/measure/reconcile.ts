import type { ProductEvidence } from "../../audit/database-evidence.ts";
import { productEvidence } from "../../audit/sql/select-products.ts";
import { breaches } from "../../audit/stock-law.ts";
import type { Database } from "../../ports/database.ts";
import type { Contents } from "../figures/contents.ts";
import { selectContents } from "./sql/select-contents.ts";

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
  const found = await selectContents(database);
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
  const ledger = await productEvidence(database, {
    present: { stockMovements: false },
    sources: false,
  });
  problems.push(
    ...ledger.flatMap((product) => stockProblems(product, stock.get(product.productId) ?? 0)),
  );
  return {
    reserved: found.reserved,
    rejected: found.rejected,
    givenUp,
    lostPieces: ledger.reduce(
      (sum, product) => sum + Math.abs(product.reservedByOrders - (product.stock?.reserved ?? 0)),
      0,
    ),
    problems,
  };
}

/** Nothing but orders moves this stock: what it was at the start is its total. */
function stockProblems(product: ProductEvidence, atStart: number): readonly string[] {
  const { productId, stock, reservedByOrders: promised } = product;
  const { available, reserved = 0, total } = stock ?? { available: 0, total: 0 };
  const found = breaches({
    stock: { available, reserved, total: atStart },
    promised,
    totalElsewhere: total,
  });
  const problems: string[] = [];
  if (found.has("reserved-differs"))
    problems.push(
      `${productId}: ${promised} pieces in reserved orders, ${reserved} taken from stock`,
    );
  if (found.has("oversold")) problems.push(`${productId}: ${promised} of ${atStart} pieces sold`);
  if (found.has("does-not-add-up") || found.has("total-differs"))
    problems.push(`${productId}: ${available} + ${reserved} is not the stock of ${atStart}`);
  return problems;
}
