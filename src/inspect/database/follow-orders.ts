import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import type { OrderLineView } from "./answers.ts";
import { Arrivals } from "./arrivals.ts";
import type { OrdersFilter } from "./orders-filter.ts";
import { orderLineView, readNewestOrders } from "./read-newest-orders.ts";
import type { OrderLineRow } from "./sql/order-line-row.ts";
import { selectArrivals } from "./sql/select-arrivals.ts";
import { selectTablePosition, type TablePosition } from "./sql/select-table-position.ts";

export interface FollowOptions {
  readonly filter: OrdersFilter;
  /** How many of the newest to begin with. */
  readonly lines: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: OrderLineView) => void;
  /** What is committed from here on will be told. */
  readonly onFollowing: () => void;
  /** The table was emptied, or rewritten (VACUUM FULL). */
  readonly onAnew: () => void;
  /** Tests look more often. */
  readonly pauseMs?: number;
}

const lookPauseMs = 500;
const pageRows = 5_000;
/** Sweeping the whole table takes at most this share of the time. */
const sweepShare = 0.02;
const looksPerSweepMin = 10;
/** Each takes some 150 bytes. More at once mean a transaction that stays open while orders pour in. */
const rememberedMax = 1_000_000;

/**
 * The newest order lines, then each that is committed, until the signal. Nothing is missed or told
 * twice, however late a transaction commits; see Arrivals. A look costs some milliseconds, whatever
 * the size of the table; a row in space that VACUUM freed further up may come some seconds late.
 * @throws Failure("environment") when more is in flight than can be told apart.
 */
export async function followOrders(database: Database, options: FollowOptions): Promise<void> {
  const { signal, pauseMs = lookPauseMs } = options;
  const follower = await begin(database, options);
  options.onFollowing();
  let sweepDueMs = 0;
  while (!signal.aborted) {
    const before = performance.now();
    const sweep = before >= sweepDueMs || follower.remembered > rememberedMax / 2;
    const now = await selectTablePosition(database);
    const anew = follower.isAnew(now);
    if (anew) options.onAnew();
    await readPass(database, follower, now, sweep, options, (row) =>
      options.onLine(orderLineView(row)),
    );
    if (signal.aborted) return;
    follower.complete(now, sweep || anew);
    const after = performance.now();
    if (sweep)
      sweepDueMs = after + Math.max(looksPerSweepMin * pauseMs, (after - before) / sweepShare);
    if (follower.remembered > rememberedMax) throw tooMany();
    await pause(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** In one snapshot: what is there already is shown as the newest, or not at all. */
async function begin(
  database: Database,
  { filter, lines, signal, onLine }: FollowOptions,
): Promise<Arrivals> {
  return database.transaction(
    async (tx) => {
      const start = await selectTablePosition(tx);
      const follower = new Arrivals(start);
      await readPass(tx, follower, start, true, { filter, signal }, () => {});
      const newest = lines === 0 ? [] : await readNewestOrders(tx, filter, lines);
      for (const row of [...newest].reverse()) onLine(orderLineView(row));
      return follower;
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

async function readPass(
  database: Pick<Database, "query">,
  follower: Arrivals,
  now: TablePosition,
  sweep: boolean,
  { filter, signal }: Pick<FollowOptions, "filter" | "signal">,
  onRow: (row: OrderLineRow) => void,
): Promise<void> {
  const { page, xid } = follower.next(now, sweep);
  let after = `(${page},0)`;
  while (!signal.aborted) {
    const rows = await selectArrivals(database, { after, xid, limit: pageRows, filter });
    for (const { at, ...row } of rows) {
      after = at;
      // With the transaction: a line that another one changes later is told again.
      const key = `${row.order_id}/${row.line_no ?? 1}/${row.xid}`;
      if (follower.take(key, Number(row.xid))) onRow(row);
    }
    if (rows.length < pageRows || follower.remembered > rememberedMax) return;
  }
}

function tooMany(): Failure {
  return new Failure("environment", {
    what: `more than ${rememberedMax} orders came while one transaction stayed open`,
    meaning: "what was shown and what is new cannot be told apart within bounded memory any more",
    remedy: "`orders db activity` shows that transaction; end it, then follow again",
  });
}
