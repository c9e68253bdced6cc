import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { StandingPartition } from "../../ports/log.ts";
import type { GroupType } from "../../runtime/kafka/described-group.ts";
import {
  type LagSample,
  type LagTotal,
  type PartitionLagReport,
  partitionLags,
  totalLag,
} from "../../runtime/kafka/lag/lag-report.ts";
import { lagWarnings } from "../../runtime/kafka/lag/lag-warnings.ts";
import { type LagSampler, openLagSampler } from "../../runtime/kafka/lag/open-lag-sampler.ts";
import type { Settings } from "../../runtime/settings/settings.ts";

/** What `orders lag --json` prints. null throughout: not known. */
export interface LagReport {
  readonly at: string;
  readonly topic: string;
  readonly group: string;
  /** Kafka's word, e.g. Stable, Empty, Dead (no such group). */
  readonly group_state: string | null;
  /** classic, consumer (KIP-848), share, streams, other; null when it cannot be told. */
  readonly group_type: GroupType | null;
  readonly members: number | null;
  /** Why Kafka has no offsets of the group. */
  readonly group_unknown: string | null;
  /** Why the database has none. */
  readonly database_unknown: string | null;
  /** Between the two samples that the rates come from; null for the first. */
  readonly interval_ms: number | null;
  /** What a lag alone does not tell: foreign members, offsets that do not fit, lost messages. */
  readonly warnings: readonly string[];
  readonly total: LagTotal;
  /** Partitions that stand at a batch which cannot be decoded. */
  readonly standing: readonly StandingPartition[];
  readonly partitions: readonly PartitionLagReport[];
}

export interface LagOptions {
  readonly intervalMs: number;
  /** Partitions without lag are left out; the sums are of all. */
  readonly onlyWithLag: boolean;
  readonly signal: AbortSignal;
}

/** Two samples, an interval apart; one, without rates, for an interval of 0. */
export async function readLag(settings: Settings, options: LagOptions): Promise<LagReport> {
  const sampler = await openLagSampler(settings);
  try {
    const first = await sampler.sample();
    await pause(options);
    if (options.intervalMs === 0 || options.signal.aborted)
      return report(settings, options, first, undefined);
    return report(settings, options, await sampler.sample(), first);
  } finally {
    await sampler.close();
  }
}

/**
 * Reports until the signal. Kafka may go and come back meanwhile.
 * @param onTrouble told once of each reason why there is no report now.
 * @throws Failure("environment") when Kafka is away at the beginning.
 */
export async function watchLag(
  settings: Settings,
  options: LagOptions,
  onReport: (report: LagReport) => Promise<void> | void,
  onTrouble: (failure: Failure) => void,
): Promise<void> {
  let sampler: LagSampler | undefined = await openLagSampler(settings);
  let before: LagSample | undefined;
  let trouble: string | undefined;
  try {
    while (!options.signal.aborted) {
      try {
        sampler ??= await openLagSampler(settings);
        const sample = await sampler.sample();
        await onReport(report(settings, options, sample, before));
        before = sample;
        trouble = undefined;
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== "environment") throw error;
        if (error.message !== trouble) onTrouble(error);
        trouble = error.message;
        await sampler?.close();
        sampler = undefined;
        before = undefined;
      }
      await pause(options);
    }
  } finally {
    await sampler?.close();
  }
}

async function pause({ intervalMs, signal }: LagOptions): Promise<void> {
  await wait(intervalMs, undefined, { signal }).catch(() => {});
}

function report(
  { topic, group }: Settings,
  { onlyWithLag }: LagOptions,
  sample: LagSample,
  before: LagSample | undefined,
): LagReport {
  const partitions = partitionLags(sample, before);
  return {
    at: new Date(sample.atMs).toISOString(),
    topic,
    group,
    group_state: sample.groupState,
    group_type: sample.groupType ?? null,
    members: sample.members?.length ?? null,
    group_unknown: sample.group.unknown,
    database_unknown: sample.database.unknown,
    interval_ms: before === undefined ? null : sample.atMs - before.atMs,
    warnings: lagWarnings(sample, { group, topic, expectsOrders: false }),
    standing: sample.standing,
    total: totalLag(partitions, sample, before),
    partitions: onlyWithLag
      ? partitions.filter((each) => each.group_lag !== 0 || each.database_lag !== 0)
      : partitions,
  };
}
