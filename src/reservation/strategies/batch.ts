import { sameContent } from "../../order/order.ts";
import type { Database } from "../../ports/database.ts";
import { decideAssuming } from "../decide-assuming.ts";
import { type DecidedOrder, reserveBatch, stockChangedCode } from "../sql/reserve-batch.ts";
import { uniqueOrders } from "../unique-orders.ts";
import type { LoggedOrder, ReserveResult, Strategy, Work } from "../work.ts";
import { reserveExactly } from "./reserve-exactly.ts";

/** Calls for one batch: each that finds another stock than was assumed tells what there is. */
const callsMax = 5;
/** Products remembered; messages can name any number. */
const seenMax = 10_000;

/**
 * Group commit: the slices of many partitions in one statement, that is one round trip and one
 * transaction. The orders are decided here, with the stock as the last answer showed it; the
 * statement locks the stock last, and commits only where that decision is the one that the locked
 * stock gives. What it cannot tell by itself goes the exact path.
 */
export function batchStrategy(database: Database): Strategy {
  const seen = new Map<string, number | null>();

  async function reserve(work: Work): Promise<ReserveResult> {
    const { first, later } = uniqueOrders(work.orders);
    if (!repeatTheFirst(first, later)) return reserveExactly(database, work);
    for (let call = 0; call < callsMax; call++) {
      const { outcomes, assumptions } = decideAssuming(
        seen,
        first.map(({ order }) => order),
      );
      const decided = first.map((logged, index): DecidedOrder => {
        const outcome = outcomes[index];
        if (outcome === undefined) throw new RangeError(`no outcome ${index}`);
        return { logged, outcome };
      });
      const answer = await reserveBatch(database, work, decided, assumptions).catch(unlessChanged);
      // The stock changed while the batch was written, and all was taken back: look at it again.
      if (answer === undefined) continue;
      const { result, stock } = answer;
      if (seen.size > seenMax) seen.clear();
      for (const [productId, available] of stock) seen.set(productId, available);
      if (result.kind === "fenced") return result;
      if (result.kind === "undecided") break;
      if (result.kind === "committed")
        return committed(decided, later.length, result.known, result.deadLettered);
    }
    return reserveExactly(database, work);
  }

  return {
    name: "batch",
    unit: "batch",
    async reserve(work) {
      try {
        return await reserve(work);
      } catch (error) {
        if (!lostARace(error)) throw error;
        return reserveExactly(database, work);
      }
    },
  };
}

function unlessChanged(error: unknown): undefined {
  if (codeOf(error) !== stockChangedCode) throw error;
}

/** An id came in by another transaction while the statement was at work, and took everything back. */
function lostARace(error: unknown): boolean {
  return codeOf(error) === "23505";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** Whether each later message of an id asks for what the first of it does. */
function repeatTheFirst(first: readonly LoggedOrder[], later: readonly LoggedOrder[]): boolean {
  if (later.length === 0) return true;
  const byId = new Map(first.map(({ order }) => [order.orderId, order]));
  return later.every(({ order }) => {
    const earlier = byId.get(order.orderId);
    return earlier !== undefined && sameContent(order, earlier);
  });
}

function committed(
  decided: readonly DecidedOrder[],
  repeats: number,
  known: ReadonlySet<string>,
  deadLettered: number,
): ReserveResult {
  const fresh = decided.filter(({ logged }) => !known.has(logged.order.orderId));
  const reserved = fresh
    .filter(({ outcome }) => outcome.status === "reserved")
    .map(({ logged }) => logged.order);
  return {
    kind: "committed",
    counts: {
      reserved: reserved.length,
      rejected: fresh.length - reserved.length,
      deadLettered,
      duplicates: repeats + known.size,
    },
    reserved,
  };
}
