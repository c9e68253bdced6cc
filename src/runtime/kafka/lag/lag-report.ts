import type { PartitionRange, StandingPartition } from "../../../ports/log.ts";
import type { GroupMember, GroupType } from "../described-group.ts";

/** Next offsets by partition, as one place knows them. */
export interface Positions {
  readonly next: ReadonlyMap<number, number>;
  /** Why nothing is known there; null when it was asked and answered. */
  readonly unknown: string | null;
}

/** Everything at one moment. Positions are read before the log's ends, so that no lag is below 0. */
export interface LagSample {
  readonly atMs: number;
  readonly ranges: readonly PartitionRange[];
  /** Kafka's state of the group, e.g. Stable, Empty; null when it cannot be told. */
  readonly groupState: string | null;
  /** undefined when it cannot be told, or there is no such group. */
  readonly groupType: GroupType | undefined;
  readonly members: readonly GroupMember[] | null;
  /** As committed to Kafka: what every Kafka tool shows. */
  readonly group: Positions;
  /** As stored in consumer_offsets, with the effects: what is really decided. */
  readonly database: Positions;
  /** `databaseIdentity` of that database; undefined when not known. */
  readonly ownDatabase: string | undefined;
  /** Partitions that stand at an undecodable batch, as far as a consumer has noted it. */
  readonly standing: readonly StandingPartition[];
}

export interface PartitionLagReport {
  readonly partition: number;
  readonly log_start: number;
  readonly log_end: number;
  /** null throughout: not known. */
  readonly group_offset: number | null;
  readonly group_lag: number | null;
  /** Of the lag: messages that were deleted before they were read. */
  readonly group_lost: number;
  readonly database_offset: number | null;
  readonly database_lag: number | null;
  /** Of the lag: messages that were deleted before they were decided. */
  readonly database_lost: number;
  readonly placed_per_second: number | null;
  readonly decided_per_second: number | null;
}

export interface LagTotal {
  readonly log_end: number;
  /** Messages not read, lost ones included; null when it is unknown for a partition. */
  readonly group_lag: number | null;
  /** The sum over the partitions where it is known: no more than the whole. */
  readonly group_lag_at_least: number;
  readonly group_lost: number;
  readonly database_lag: number | null;
  readonly database_lag_at_least: number;
  readonly database_lost: number;
  readonly placed_per_second: number | null;
  readonly decided_per_second: number | null;
  /** Which offsets the rate, and the time, come from. */
  readonly decided_from: "database" | "group" | null;
  /** At these rates; null when it would never drain, or is not known: `drain` says which. */
  readonly seconds_to_drain: number | null;
  readonly drain: "drained" | "draining" | "standing" | "growing" | "lost" | "unknown";
}

/**
 * Messages not read: the log's end less the position, so that what was deleted before it was read
 * is behind for ever, never 0. Nothing in the partition is a lag of 0, whatever else is not known;
 * a position beyond the log's end (another log of that name) tells nothing about it.
 */
export function lagAt(range: PartitionRange, next: number | undefined): number | null {
  if (range.high === range.low && next === undefined) return 0;
  if (next === undefined || next > range.high) return null;
  return range.high - next;
}

/** Of those, messages that are gone from the log. */
export function lostAt(range: PartitionRange, next: number | undefined): number {
  return next === undefined ? 0 : Math.max(0, range.low - next);
}

/** Pure. @param before an earlier sample; without one, no rate is known. */
export function partitionLags(
  sample: LagSample,
  before: LagSample | undefined,
): readonly PartitionLagReport[] {
  const source = decidedSource(sample, before);
  const seconds = before === undefined ? 0 : (sample.atMs - before.atMs) / 1_000;
  return sample.ranges.map((range) => {
    const { partition, low, high } = range;
    const then = before?.ranges.find((each) => each.partition === partition)?.high;
    const group = sample.group.next.get(partition);
    const database = storedAt(range, sample.database);
    return {
      partition,
      log_start: low,
      log_end: high,
      group_offset: group ?? null,
      group_lag: lagOf(range, sample.group, group),
      group_lost: lostAt(range, group),
      database_offset: sample.database.next.get(partition) ?? null,
      database_lag: lagOf(range, sample.database, database),
      database_lost: lostAt(range, database),
      placed_per_second: rate(then, high, seconds),
      decided_per_second:
        source === null ? null : decidedRate(range, sample[source], before?.[source], seconds),
    };
  });
}

function lagOf(
  range: PartitionRange,
  { unknown }: Positions,
  next: number | undefined,
): number | null {
  return unknown !== null && range.high > range.low ? null : lagAt(range, next);
}

/**
 * A consumer leaves a row for each partition that it takes over: where others have one, a partition
 * without was never taken over by a consumer of this database, and all that is in it is undecided.
 */
function storedAt(range: PartitionRange, { next, unknown }: Positions): number | undefined {
  return next.get(range.partition) ?? (unknown === null && next.size > 0 ? range.low : undefined);
}

/** The database's word counts: Kafka's offsets are committed after it, once a second. */
function decidedSource(
  sample: LagSample,
  before: LagSample | undefined,
): "database" | "group" | null {
  const known = (key: "database" | "group") =>
    sample[key].unknown === null && before?.[key].unknown === null;
  return known("database") ? "database" : known("group") ? "group" : null;
}

function decidedRate(
  range: PartitionRange,
  now: Positions,
  then: Positions | undefined,
  seconds: number,
): number | null {
  const to = now.next.get(range.partition);
  const from = then?.next.get(range.partition);
  // Nobody stored anything there: nothing was decided.
  if (to === undefined && from === undefined) return seconds > 0 ? 0 : null;
  return rate(from, to, seconds);
}

function rate(from: number | undefined, to: number | undefined, seconds: number): number | null {
  // Backwards: the topic was made anew, or somebody set the offsets back.
  if (from === undefined || to === undefined || seconds <= 0 || to < from) return null;
  return (to - from) / seconds;
}

/** Pure: over all partitions, those without lag included. */
export function totalLag(
  partitions: readonly PartitionLagReport[],
  sample: LagSample,
  before: LagSample | undefined,
): LagTotal {
  const source = decidedSource(sample, before);
  const placed = wholeSum(partitions.map((each) => each.placed_per_second));
  const decided = wholeSum(partitions.map((each) => each.decided_per_second));
  const groupLags = partitions.map((each) => each.group_lag);
  const databaseLags = partitions.map((each) => each.database_lag);
  const lag = wholeSum(source === "group" ? groupLags : databaseLags);
  const best = lag ?? wholeSum(groupLags);
  const groupLost = knownSum(partitions.map((each) => each.group_lost));
  const databaseLost = knownSum(partitions.map((each) => each.database_lost));
  const lost = sample.database.unknown === null ? databaseLost : groupLost;
  return {
    log_end: partitions.reduce((sum, each) => sum + each.log_end, 0),
    group_lag: wholeSum(groupLags),
    group_lag_at_least: knownSum(groupLags),
    group_lost: groupLost,
    database_lag: wholeSum(databaseLags),
    database_lag_at_least: knownSum(databaseLags),
    database_lost: databaseLost,
    placed_per_second: placed,
    decided_per_second: decided,
    decided_from: source,
    ...(lost > 0
      ? { seconds_to_drain: null, drain: "lost" as const }
      : timeToDrain(source === null ? best : lag, decided, placed)),
  };
}

/** Pure. @param lag messages; rates in messages a second; null where not known. */
export function timeToDrain(
  lag: number | null,
  decided: number | null,
  placed: number | null,
): Pick<LagTotal, "seconds_to_drain" | "drain"> {
  if (lag === 0) return { seconds_to_drain: 0, drain: "drained" };
  if (lag === null || decided === null || placed === null)
    return { seconds_to_drain: null, drain: "unknown" };
  const net = decided - placed;
  if (net > 0) return { seconds_to_drain: lag / net, drain: "draining" };
  return { seconds_to_drain: null, drain: net === 0 ? "standing" : "growing" };
}

function wholeSum(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

function knownSum(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
