import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../failure/failure.ts";
import { formatDuration } from "../ports/duration.ts";
import type { LogState } from "../ports/log.ts";
import { standingFailure } from "./log-holes.ts";
import type { PartitionLoop } from "./partition-loop.ts";

export interface CatchUp {
  readonly loop: PartitionLoop;
  readonly topic: string;
  readonly peekOffsets: () => Promise<ReadonlyMap<number, number>>;
  readonly readLog: () => Promise<LogState>;
  /** The end of what was written, by partition, also behind open transactions. */
  readonly writtenEnds: () => Promise<ReadonlyMap<number, number>>;
  /** Partitions that stand at an undecodable batch, as any instance of the group has noted it. */
  readonly standingElsewhere: () => Promise<ReadonlySet<number>>;
  readonly signal: AbortSignal;
  /** How long it may take; undefined: as long as it takes. */
  readonly withinMs: number | undefined;
  readonly log: (line: string) => void;
}

const pollMs = 100;
const explainEveryMs = 3_000;

/**
 * True when the group has decided what was in the log at the start, also what stood behind another
 * producer's open transaction then: it is waited for, and said why. False when the signal came first.
 * @throws Failure("environment") when nothing is left but what stands at an undecodable batch,
 *   Failure("inconclusive") when the time is over.
 */
export async function whenCaughtUp(options: CatchUp): Promise<boolean> {
  const { loop, signal, log, topic, withinMs } = options;
  const untilMs = performance.now() + (withinMs ?? Number.POSITIVE_INFINITY);
  let targets: ReadonlyMap<number, number> | undefined;
  let explainAtMs = performance.now() + explainEveryMs;
  while (!signal.aborted) {
    // Kafka or PostgreSQL may be away for a while: the loop itself says so and waits.
    targets ??= await readTargets(options).catch(() => undefined);
    const behind = await countBehind(options, targets).catch(() => undefined);
    // Offsets beyond the log look caught up too: the assignment, which checks them, comes first.
    if (behind === 0 && loop.notReadyBecause === undefined) {
      if (await loop.checkLog()) return true;
      // The topic may be another by now, and its end with it.
      targets = undefined;
    } else if (behind !== 0 && (await onlyStandingLeft(options, targets).catch(() => false))) {
      throw standingFailure(topic, loop.standing);
    } else if (targets !== undefined && performance.now() > explainAtMs) {
      const reason = await whatStandsInTheWay(options, targets).catch(() => undefined);
      if (reason !== undefined) log(reason);
      explainAtMs = reason === undefined ? performance.now() + explainEveryMs : Infinity;
    }
    if (performance.now() > untilMs) throw await timeIsOver(options, targets);
    await wait(pollMs, undefined, { signal }).catch(() => {});
  }
  return false;
}

/** @returns how many partitions are not decided up to their target. */
async function countBehind(
  { peekOffsets }: CatchUp,
  targets: ReadonlyMap<number, number> | undefined,
): Promise<number | undefined> {
  if (targets === undefined) return undefined;
  const stored = await peekOffsets();
  return [...targets].filter(([partition, end]) => (stored.get(partition) ?? -1) < end).length;
}

interface Left {
  readonly partition: number;
  readonly offsets: number;
}

async function whatIsLeft(
  { peekOffsets }: CatchUp,
  targets: ReadonlyMap<number, number>,
): Promise<readonly Left[]> {
  const stored = await peekOffsets();
  return [...targets]
    .map(([partition, end]) => ({ partition, offsets: end - (stored.get(partition) ?? 0) }))
    .filter(({ offsets }) => offsets > 0);
}

async function onlyStandingLeft(
  options: CatchUp,
  targets: ReadonlyMap<number, number> | undefined,
): Promise<boolean> {
  const { standing } = options.loop;
  if (targets === undefined || standing.size === 0) return false;
  const left = await whatIsLeft(options, targets);
  const others = left.filter(({ partition }) => !standing.has(partition));
  if (left.length === 0 || others.length === 0) return left.length > 0;
  // Another instance has those, and waits for ours in turn.
  const noted = await options.standingElsewhere();
  return others.every(({ partition }) => noted.has(partition));
}

const readLeftWithinMs = 2_000;

async function timeIsOver(
  options: CatchUp,
  targets: ReadonlyMap<number, number> | undefined,
): Promise<Failure> {
  const { loop, topic, withinMs = 0 } = options;
  const unknown = wait(readLeftWithinMs, undefined, { ref: false });
  const left =
    targets && (await Promise.race([whatIsLeft(options, targets).catch(() => undefined), unknown]));
  const offsets = left?.reduce((sum, each) => sum + each.offsets, 0);
  const named = left?.slice(0, 10).map((each) => `${each.partition} (${each.offsets})`) ?? [];
  const more = left !== undefined && left.length > 10 ? ` and ${left.length - 10} more` : "";
  const reason = loop.notReadyBecause ?? loop.standsBecause;
  return new Failure("inconclusive", {
    what: `not caught up within ${formatDuration(withinMs)}: ${
      offsets === undefined
        ? "what is left cannot be read"
        : `${offsets} offsets of ${topic} are left, in partition ${named.join(", ")}${more}`
    }`,
    meaning: reason === undefined ? "it was still at work" : `it waits: ${reason}`,
    remedy: "give it longer with --timeout; what is decided stays decided, and a next run goes on",
  });
}

/** The end of each partition that holds anything. */
async function readTargets({
  writtenEnds,
  readLog,
}: CatchUp): Promise<ReadonlyMap<number, number>> {
  const [ends, { ranges }] = await Promise.all([writtenEnds(), readLog()]);
  const low = new Map(ranges.map((range) => [range.partition, range.low]));
  return new Map([...ends].filter(([partition, end]) => end > (low.get(partition) ?? 0)));
}

/** Said only when nothing else is left to decide. */
async function whatStandsInTheWay(
  { peekOffsets, readLog }: CatchUp,
  targets: ReadonlyMap<number, number>,
): Promise<string | undefined> {
  const [stored, { ranges }] = await Promise.all([peekOffsets(), readLog()]);
  const behind = ranges.flatMap(({ partition, high: stable }) => {
    const [next, target] = [stored.get(partition) ?? 0, targets.get(partition) ?? 0];
    return next < target ? [{ partition, stuck: next >= stable, offsets: target - next }] : [];
  });
  if (behind.length === 0 || behind.some(({ stuck }) => !stuck)) return undefined;
  const where = behind.map(({ partition, offsets }) => `${partition} (${offsets} messages)`);
  return `waiting for what stands behind another producer's open transaction in partition ${where.join(", ")}; it ends with that transaction, at the latest after the producer's transaction timeout (60 s by default)`;
}
