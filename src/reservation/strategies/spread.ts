import { piecesWanted } from "../../order/decide.ts";
import type { Order } from "../../order/order.ts";
import { type Outcome, reserved } from "../../order/outcome.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { allotAgain } from "../sql/allot-again.ts";
import { promiseThroughSlot } from "../sql/promise-through-slot.ts";
import { lockStock, peekStock } from "../sql/read-stock.ts";
import { rollBackToSavepoint, setSavepoint } from "../sql/savepoint.ts";
import { sortProducts } from "../sql/sort-products.ts";
import { takeStock } from "../sql/take-stock.ts";
import type { ReserveResult, Strategy, Work } from "../work.ts";
import { withRetries } from "./begin-again.ts";
import { decideOne } from "./decide-one.ts";
import { orderStrategy, orderTransaction } from "./order-transaction.ts";

/**
 * A hot product's stock in several rows, so that its orders do not queue for one. The hard part is
 * that `inventory` shows the exact sum to every reader at every moment: then each reservation has to
 * write the product's one row there, and nothing can do more than make the time short for which that
 * row is locked. Here it is locked by the COMMIT alone.
 *
 * Slots hold no stock: each is an allotment, so many pieces of what inventory shows as available that
 * may be promised through it. An order takes from the allotment of one free slot, which makes its
 * outcome certain without a look at inventory's row; a deferred trigger takes the same pieces from
 * that row when the transaction commits, between no two messages of ours.
 *
 * Exact, because inventory stays the only truth:
 * - never oversold: what a slot promised counts only if inventory has it at COMMIT. Others (another
 *   strategy, the reference's UPDATE, a person) take from inventory and know nothing of slots; where
 *   they took what was promised, the COMMIT fails as a whole and the order is decided the other way.
 * - never undersold: a slot never refuses. Where no slot has enough, the order is decided on
 *   inventory, which is all slots together and what was never allotted: rejected if one snapshot of
 *   it is short, else with its rows locked, as row-lock does. That also allots what is left anew.
 * - no deadlock: slots are waited for by nobody (SKIP LOCKED), so what holds inventory's rows waits
 *   for no slot; and inventory's rows are locked in the order of their key, by the triggers, too,
 *   which run in the order in which the slots were taken.
 *
 * Entering and leaving (`orders stock spread`, `orders stock gather`) only changes allotments: safe
 * at any moment. Orders with a product that is not spread are decided with the rows locked.
 */
export function spreadStrategy(database: Database): Strategy {
  return orderStrategy("spread", (work) => decide(database, work));
}

async function decide(database: Database, work: Work): Promise<ReserveResult> {
  try {
    return await database.transaction((tx) => orderTransaction(tx, work, promiseOrTake));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "SLOT1")) throw error;
    const taken = await database.transaction((tx) => orderTransaction(tx, work, takeAndAllot));
    return withRetries(taken, 1);
  }
}

async function promiseOrTake(tx: Queryable, order: Order): Promise<Outcome> {
  return (await promiseAll(tx, piecesWanted(order))) ? reserved : takeAndAllot(tx, order);
}

/** All products through slots or none of them. */
async function promiseAll(tx: Queryable, wanted: ReadonlyMap<string, number>): Promise<boolean> {
  if (wanted.size === 1) {
    for (const [productId, pieces] of wanted) return promiseThroughSlot(tx, productId, pieces);
  }
  await setSavepoint(tx);
  for (const productId of await sortProducts(tx, [...wanted.keys()])) {
    if (await promiseThroughSlot(tx, productId, wanted.get(productId) ?? 0)) continue;
    await rollBackToSavepoint(tx);
    return false;
  }
  return true;
}

/** Decides on inventory itself. Sold out costs no lock; what is left is allotted anew. */
async function takeAndAllot(tx: Queryable, order: Order): Promise<Outcome> {
  const wanted = piecesWanted(order);
  const products = [...wanted.keys()];
  const seen = decideOne(await peekStock(tx, products), order);
  if (seen.status === "rejected") return seen;
  const stock = await lockStock(tx, products);
  const outcome = decideOne(stock, order);
  if (outcome.status === "rejected") return outcome;
  await takeStock(tx, wanted);
  for (const [productId, pieces] of wanted)
    await allotAgain(tx, productId, { left: (stock.get(productId) ?? 0) - pieces, pieces });
  return outcome;
}
