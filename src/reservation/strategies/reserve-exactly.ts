import { decide, piecesWanted } from "../../order/decide.ts";
import type { Outcome } from "../../order/outcome.ts";
import { reserved } from "../../order/outcome.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { advanceOffsets } from "../sql/advance-offsets.ts";
import { changeOutcomes } from "../sql/change-outcomes.ts";
import { insertDeadLetters } from "../sql/insert-dead-letters.ts";
import { insertFirstLines, insertFurtherLines, type LineRow } from "../sql/insert-order-lines.ts";
import { lockOffsets } from "../sql/lock-offsets.ts";
import { readOrders } from "../sql/read-orders.ts";
import { lockStock, peekStock } from "../sql/read-stock.ts";
import { takeStock } from "../sql/take-stock.ts";
import { judgeRepeats, uniqueOrders } from "../unique-orders.ts";
import type { LoggedOrder, ReserveResult, Work } from "../work.ts";

/**
 * The exact path of a batch: one transaction that looks before it decides. Its locks are taken in the
 * one order that every strategy keeps: offsets by partition, orders by id, stock by product.
 *
 * The stock rows are locked last and for the shortest time. Orders go in before that with the
 * outcome that an unlocked look at the stock suggests; once the rows are locked, the pure decision
 * has the word, and the few outcomes that came out otherwise are corrected.
 */
export function reserveExactly(database: Database, work: Work): Promise<ReserveResult> {
  return database.transaction((tx) => reserve(tx, work));
}

async function reserve(tx: Queryable, work: Work): Promise<ReserveResult> {
  const partitions = work.slices.map((slice) => slice.partition);
  const stored = await lockOffsets(tx, work.group, work.topic, partitions);
  if (work.slices.some((slice) => stored.get(slice.partition) !== slice.from)) {
    return { kind: "fenced", stored: new Map(partitions.map((p) => [p, stored.get(p)])) };
  }

  const { first, later } = uniqueOrders(work.orders);
  const products = productsOf(first);
  const estimate = await estimateOutcomes(tx, first, products);
  const inserted = await insertFirstLines(
    tx,
    linesOf(first, estimate, (lineNo) => lineNo === 1),
  );
  const fresh = first.filter(({ order }) => inserted.has(order.orderId));
  await insertFurtherLines(
    tx,
    linesOf(fresh, estimate, (lineNo) => lineNo > 1),
  );

  const repeats = [...first.filter(({ order }) => !inserted.has(order.orderId)), ...later];
  const { duplicates, conflicts } = await judge(tx, repeats);
  const deadLettered = await insertDeadLetters(tx, work.topic, [...work.deadLetters, ...conflicts]);
  await advanceOffsets(tx, work);

  const orders = fresh.map(({ order }) => order);
  const { outcomes, taken } = decide(
    fresh.length === 0 ? new Map() : await lockStock(tx, productsOf(fresh)),
    orders,
  );
  await changeOutcomes(tx, corrections(fresh, estimate, outcomes));
  await takeStock(tx, taken);

  const reservedOrders = orders.filter((_, index) => outcomes[index]?.status === "reserved");
  return {
    kind: "committed",
    counts: {
      reserved: reservedOrders.length,
      rejected: orders.length - reservedOrders.length,
      deadLettered,
      duplicates,
    },
    reserved: reservedOrders,
  };
}

async function estimateOutcomes(
  tx: Queryable,
  logged: readonly LoggedOrder[],
  products: readonly string[],
): Promise<ReadonlyMap<string, Outcome>> {
  if (logged.length === 0) return new Map();
  const { outcomes } = decide(
    await peekStock(tx, products),
    logged.map(({ order }) => order),
  );
  return new Map(logged.map(({ order }, index) => [order.orderId, outcomes[index] ?? reserved]));
}

async function judge(tx: Queryable, repeats: readonly LoggedOrder[]) {
  if (repeats.length === 0) return { duplicates: 0, conflicts: [] };
  const ids = [...new Set(repeats.map(({ order }) => order.orderId))];
  return judgeRepeats(repeats, await readOrders(tx, ids));
}

function linesOf(
  logged: readonly LoggedOrder[],
  outcomes: ReadonlyMap<string, Outcome>,
  wanted: (lineNo: number) => boolean,
): LineRow[] {
  return logged.flatMap((order) =>
    order.order.lines.flatMap((_, index) => {
      const outcome = outcomes.get(order.order.orderId) ?? reserved;
      return wanted(index + 1) ? [{ logged: order, lineNo: index + 1, outcome }] : [];
    }),
  );
}

/** Outcomes that are not what went in: another transaction changed the stock in between. */
function corrections(
  fresh: readonly LoggedOrder[],
  estimate: ReadonlyMap<string, Outcome>,
  outcomes: readonly Outcome[],
): ReadonlyMap<string, Outcome> {
  const changed = new Map<string, Outcome>();
  for (const [index, { order }] of fresh.entries()) {
    const outcome = outcomes[index];
    if (outcome !== undefined && !sameOutcome(outcome, estimate.get(order.orderId))) {
      changed.set(order.orderId, outcome);
    }
  }
  return changed;
}

function sameOutcome(a: Outcome, b: Outcome | undefined): boolean {
  if (a.status === "reserved" || b === undefined || b.status === "reserved")
    return a.status === b?.status;
  return (
    a.reason === b.reason &&
    a.productId === b.productId &&
    a.wanted === b.wanted &&
    a.available === b.available
  );
}

function productsOf(logged: readonly LoggedOrder[]): readonly string[] {
  const products = new Set<string>();
  for (const { order } of logged)
    for (const productId of piecesWanted(order).keys()) products.add(productId);
  return [...products];
}
