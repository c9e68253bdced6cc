import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import type { AuditedSchema } from "../read-schema.ts";
import { deferred } from "./deferred.ts";
import { holdRow, type RowHold } from "./hold-row.ts";
import type { OrderPlacer, RaceAnswer, RaceOrder } from "./place-order.ts";
import { Placing } from "./placing.ts";
import type { RoundPlan } from "./plan-race.ts";
import { type RowSightings, watchRow } from "./watch-row.ts";

export interface RoundOptions {
  readonly database: Database;
  /** Where a foreign system has its stock. */
  readonly mapped?: AuditedSchema["mapped"];
  readonly placer: OrderPlacer;
  readonly plan: RoundPlan;
  /** Orders under way at once, at most. */
  readonly concurrency: number;
  /** Hold the row until two transactions wait for it. Off: watch only. */
  readonly hold: boolean;
  /** Longest time for which the row is held in this round, in one go or several. */
  readonly holdMsMax: number;
  /** Writes down what was learnt of an order. @returns the id it is known by, where it was accepted. */
  readonly record: (order: RaceOrder, answer: RaceAnswer) => string | undefined;
  /** True when all of these have an outcome: then nobody will come to the row any more. */
  readonly decided: (orderIds: readonly string[]) => Promise<boolean>;
  /**
   * Waits until what was placed is decided; the row is watched until then.
   * @returns how long the slowest decision took that was seen, from the last answer on.
   */
  readonly settle: (orderIds: readonly string[]) => Promise<number>;
  /** Begins a fault when the first order stands at the row; ended when all are answered. */
  readonly during?: (() => Promise<() => Promise<void>>) | undefined;
  readonly signal: AbortSignal;
}

export interface Round {
  readonly seed: string;
  /** Whose row was raced for. */
  readonly productId: string;
  readonly sightings: RowSightings;
  /** The slowest decision that was seen, from the last answer on. */
  readonly slowestMs: number;
  /** When the last answer came, by performance.now(). */
  readonly answeredAtMs: number;
}

/** How long one waiter must stay the only one, all orders answered, before the row is passed on. */
const aloneMs = 150;

/** How long the others wait for the first order's transaction to stand at the row. */
const leadMs = 1_000;

/**
 * Fires the orders while the row is ours, and lets it go when two transactions wait for it: whatever
 * they read before they waited, they now write one after the other. One order goes ahead, and the
 * others all at once when its transaction waits: a consumer that takes many orders into one
 * transaction would else take all of them into the first.
 * @throws the signal's reason when it is aborted; the row is free by then.
 */
export async function runRound(options: RoundOptions): Promise<Round> {
  const { database, mapped, plan, signal } = options;
  const { productId, seed } = plan;
  const watch = watchRow(database, productId, { mapped });
  let holds: readonly RowHold[] = [];
  const queue = async (): Promise<RowHold> => {
    const hold = await holdRow(database, productId, options.holdMsMax, mapped);
    watch.leaveOut(hold.pid);
    holds = [...holds, hold];
    return hold;
  };
  const aborted = deferred<void>();
  const onAbort = () => aborted.resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  let sightings: RowSightings | undefined;
  let endFault: (() => Promise<void>) | undefined;
  try {
    const first = options.hold ? await queue() : undefined;
    await first?.acquired.catch((cause: unknown) => {
      throw rowNotHad(productId, cause);
    });
    signal.throwIfAborted();
    const placing = new Placing(options);
    const lead = first === undefined ? Promise.resolve() : placing.lead();
    if (first !== undefined) {
      await Promise.race([
        watch.until(({ transactions }) => transactions.size > 0, leadMs),
        aborted.promise,
      ]);
    }
    endFault = await options.during?.();
    let answered = false;
    const answers = Promise.all([lead, placing.others()]).then(() => {
      answered = true;
    });
    if (first !== undefined) {
      await holdUntilOverlap(first, {
        queue,
        watch,
        accepted: () => (answered ? placing.accepted : undefined),
        decided: options.decided,
        holdMsMax: options.holdMsMax,
        signal,
        aborted: aborted.promise,
      });
    }
    // Interrupted, nobody waits for answers that may be long in coming.
    await Promise.race([answers, aborted.promise]);
    signal.throwIfAborted();
    await endFault?.();
    endFault = undefined;
    const answeredAtMs = performance.now();
    const slowestMs = await options.settle(placing.accepted);
    sightings = await watch.stop();
    return { seed, productId, sightings, slowestMs, answeredAtMs };
  } finally {
    signal.removeEventListener("abort", onAbort);
    await endFault?.().catch(() => {});
    await Promise.all(holds.map((hold) => hold.release()));
    if (sightings === undefined) await watch.stop().catch(() => {});
  }
}

interface Holding {
  readonly queue: () => Promise<RowHold>;
  readonly watch: ReturnType<typeof watchRow>;
  /** Once every order has been answered. */
  readonly accepted: () => readonly string[] | undefined;
  readonly decided: RoundOptions["decided"];
  readonly holdMsMax: number;
  readonly signal: AbortSignal;
  readonly aborted: Promise<void>;
}

/**
 * Holds the row until two transactions wait for it. A consumer that fetches only when it has
 * decided what it fetched before brings one transaction and then waits, however many orders are in
 * the log by now. So the row is passed on: we queue behind that transaction, let it through, and
 * hold the row again; what it fetches next is many orders at once, for several transactions.
 */
async function holdUntilOverlap(first: RowHold, holding: Holding): Promise<void> {
  const { queue, watch, holdMsMax, signal, aborted } = holding;
  const deadline = performance.now() + holdMsMax;
  let hold = first;
  while (performance.now() < deadline && !signal.aborted) {
    let waiting = 0;
    const met = await Promise.race([
      watch.until(
        ({ transactions }) => {
          waiting = transactions.size;
          return waiting >= 2;
        },
        Math.min(aloneMs, deadline - performance.now()),
      ),
      aborted.then(() => true),
    ]);
    if (met) break;
    const accepted = holding.accepted();
    if (accepted === undefined) continue;
    if (waiting === 0) {
      // Decided without the row, as a sold-out product can be; or nothing was accepted.
      if (await holding.decided(accepted)) break;
      continue;
    }
    const next = await queue();
    await watch.until(({ waiters }) => waiters.some(({ pid }) => pid === next.pid), aloneMs);
    await hold.release();
    hold = next;
    // Not had in time (others keep the row busy): there is nothing left to hold.
    const had = await Promise.race([next.acquired, aborted]).then(
      () => true,
      () => false,
    );
    if (!had) break;
  }
  await hold.release();
}

/** Of PostgreSQL: a role without the right, a server or a session that only reads. */
const mayNotLock = new Set(["42501", "25006"]);

function rowNotHad(productId: string, cause: unknown): Failure {
  if (mayNotLock.has(String((cause as { code?: unknown }).code))) {
    return new Failure(
      "environment",
      {
        what: `the row of ${productId} may not be locked here: ${cause instanceof Error ? cause.message : String(cause)}`,
        meaning:
          "the race holds the row for a moment (SELECT … FOR UPDATE), which changes nothing, but needs the right to UPDATE it on a server that can be written to; no order was sent",
        remedy: "watch without holding: --no-hold; or give a role that may lock it",
      },
      { cause },
    );
  }
  return new Failure(
    "inconclusive",
    {
      what: `the inventory row of ${productId} could not be locked: ${cause instanceof Error ? cause.message : String(cause)}`,
      meaning: "another transaction keeps it; no race was run",
      remedy: "see who holds it in pg_stat_activity, or watch without holding: --no-hold",
    },
    { cause },
  );
}
