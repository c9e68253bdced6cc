import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import type { PartitionRange } from "../../ports/log.ts";
import { analyticsChecks } from "../checks/registry.ts";
import { judgeTraces } from "../judge-traces.ts";
import type { ShopSources } from "../ports.ts";
import { EventsReader } from "../shop/read-events.ts";
import { type SettleOptions, settle } from "../shop/settle.ts";
import type { ShopAudit } from "../shop/shop-audit.ts";
import { doubtOf, type LogReading } from "../shop/shop-evidence.ts";
import {
  analyticsAreThere,
  countedIds,
  countedTo,
  lostDays,
  type OldestDetails,
  oldestDetails,
  otherCounting,
  setAside,
} from "../sql/select-counted.ts";
import { metricRows } from "../sql/select-metric-rows.ts";
import { verdictOf } from "../verdict.ts";
import type { MetricTable } from "./count-trace.ts";
import { CountedEvents, type CountingMoment } from "./counted-events.ts";
import { recount } from "./recount.ts";
import { RowSums } from "./row-sums.ts";

export interface AuditAnalyticsOptions extends SettleOptions {
  /** The consumer group of the analytics. */
  readonly group: string;
}

/** What `orders analytics` keeps details for, unless told otherwise. */
const keepDetailsMs = 90 * 86_400_000;
/** Beyond it nothing is said: they are held in memory. */
const setAsideMax = 1_000_000;

/**
 * Counts the log of events again, by a computation of its own, and holds the sums against the tables:
 * as of one moment of the database, and of the log up to the offsets that were stored by then.
 * @throws Failure("environment") where there are no such tables; the signal's reason when it is aborted.
 */
export async function auditAnalytics(
  { database, events }: ShopSources,
  { group, ...waiting }: AuditAnalyticsOptions,
): Promise<ShopAudit> {
  await demandAnalytics(database);
  const { topic } = events;
  const ends = await events.ranges();
  await settle(async () => lag(ends, await countedTo(database, group, topic)), waiting);
  const counting = new CountedEvents();
  const sums = new RowSums();
  const reader = new EventsReader(events, (read) => counting.logged(read));
  try {
    // The most of it outside the transaction, which must not lie idle for long.
    await reader.readTo(upTo(ends, await countedTo(database, group, topic)));
    const moment = await database.transaction(
      async (tx): Promise<CountingMoment> => {
        const stored = await countedTo(tx, group, topic);
        for await (const rows of metricRows(tx)) for (const row of rows) sums.stored(row);
        for await (const ids of countedIds(tx)) for (const id of ids) counting.noted(id);
        const aside = await setAside(tx, topic, setAsideMax + 1);
        const other = await otherCounting(tx, group, topic);
        const [lost, oldest] = [await lostDays(tx), await oldestDetails(tx)];
        return { countedTo: stored, other, oldest, setAside: aside, lostDays: lost };
      },
      { isolation: "repeatable read", readOnly: true },
    );
    const log = await events.ranges();
    await reader.readTo(upTo(log, moment.countedTo));
    const uncounted = lag(ends, moment.countedTo);
    const held = ends.reduce((sum, { low, high }) => sum + high - low, 0);
    const lookedAt = { events: 0, copies: 0, rows: 0, uncounted };
    const judge = judgeTraces(analyticsChecks, {
      doubt: doubtful(reader.reading, log, moment),
      ...{ counted: held - uncounted, uncounted },
    });
    for await (const { trace, event } of counting.traces(moment)) {
      judge.see(trace);
      if (event === undefined) continue;
      for (const addition of recount(event)) sums.add(addition);
      lookedAt.events += 1;
      lookedAt.copies += trace.copies - 1;
    }
    for (const row of sums.rows(prunedBefore(moment.oldest, new Date()))) {
      judge.see(row);
      lookedAt.rows += 1;
    }
    return { ...verdictOf(judge.findings()), lookedAt };
  } finally {
    counting.close();
    sums.close();
  }
}

/** How many messages before these ends were not counted. */
function lag(ends: readonly PartitionRange[], countedTo: ReadonlyMap<number, number>): number {
  return ends.reduce(
    (sum, { partition, low, high }) =>
      sum + Math.max(0, high - Math.max(low, countedTo.get(partition) ?? low)),
    0,
  );
}

/** Of a row that is not there: whether it would be older than what is kept. */
function prunedBefore(
  oldest: OldestDetails,
  now: Date,
): (table: MetricTable, row: string) => boolean {
  const kept = new Date(now.getTime() - keepDetailsMs).toISOString();
  const isOld = (at: string, from = "") => at < from || at < kept.slice(0, at.length);
  return (table, row) => {
    if (table === "order_summary") return isOld(row.slice(-"2026-01-31".length), oldest.day);
    const [name, minute = ""] = row.split(" ");
    return name === "orders_per_minute" && isOld(minute, oldest.minute);
  };
}

function upTo(
  ranges: readonly PartitionRange[],
  countedTo: ReadonlyMap<number, number>,
): readonly PartitionRange[] {
  return ranges.map(({ partition, low, high }) => {
    return { partition, low, high: Math.min(high, countedTo.get(partition) ?? low) };
  });
}

/** Why the log does not say all that was counted. */
function doubtful(
  reading: LogReading,
  log: readonly PartitionRange[],
  { countedTo, other, setAside }: CountingMoment,
): string | undefined {
  if (countedTo.size === 0) return "the group has stored no offsets: nothing says what it counted";
  if (other !== undefined) return `the group ${other} has counted into the same tables`;
  const headless = log.find(({ low }) => low > 0);
  if (headless !== undefined)
    return `the log no longer has its beginning: partition ${headless.partition} begins at offset ${headless.low}`;
  const beyond = log.find(({ partition, high }) => (countedTo.get(partition) ?? 0) > high);
  if (beyond !== undefined)
    return `more of partition ${beyond.partition} was counted than the log holds: it is another log`;
  if (setAside.length > setAsideMax) return `more than ${setAsideMax} messages were set aside`;
  return doubtOf(reading);
}

async function demandAnalytics(database: Database): Promise<void> {
  if (await analyticsAreThere(database)) return;
  throw new Failure("environment", {
    what: "the database has no tables of the analytics",
    meaning: "nothing was counted that could be audited",
    remedy: "`orders up --profile shop` makes them; are --stack and --database-url right?",
  });
}
