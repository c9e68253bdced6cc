import { Failure } from "../failure/failure.ts";
import type { PartitionRange } from "../ports/log.ts";

/** Which log offsets belong to: the same name in another cluster, or made anew, is another log. */
export interface LogIdentity {
  readonly clusterId: string;
  /** Undefined where nobody knows: brokers without topic ids. */
  readonly topicId: string | undefined;
}

export interface LostRange {
  readonly partition: number;
  readonly stored: number;
  readonly low: number;
  readonly high: number;
}

export interface StartOffsets {
  /** Where to begin, by partition. */
  readonly start: ReadonlyMap<number, number>;
  /** Partitions whose stored offset the log does not contain. */
  readonly lost: readonly LostRange[];
}

/**
 * Where each partition begins: its stored offset, checked against what the log still has and
 * already has (kafkajs would jump silently), or --from where nothing is stored. Pure.
 * A stored offset outside the log begins at its start: deciding an order again changes nothing.
 */
export function startOffsets(
  ranges: readonly PartitionRange[],
  stored: ReadonlyMap<number, number>,
  from: "earliest" | "latest",
): StartOffsets {
  const start = new Map<number, number>();
  const lost: LostRange[] = [];
  for (const { partition, low, high } of ranges) {
    const offset = stored.get(partition);
    if (offset === undefined) start.set(partition, from === "earliest" ? low : high);
    else if (offset >= low && offset <= high) start.set(partition, offset);
    else {
      lost.push({ partition, stored: offset, low, high });
      start.set(partition, low);
    }
  }
  return { start, lost };
}

/** The failure that names what would be lost; `--accept-loss` goes on in spite of it. */
export function lossFailure(
  topic: string,
  lost: readonly LostRange[],
  command = "orders consume",
): Failure {
  const gone = lost.filter((range) => range.stored < range.low);
  const ahead = lost.filter((range) => range.stored > range.high);
  const missing = gone.reduce((sum, range) => sum + (range.low - range.stored), 0);
  const details = lost
    .slice(0, 10)
    .map(
      ({ partition, stored, low, high }) =>
        `partition ${partition}: stored ${stored}, the log has ${low} to ${high}`,
    );
  if (lost.length > 10) details.push(`and ${lost.length - 10} more partitions`);
  return new Failure("environment", {
    what: `the log of ${topic} does not contain the stored offsets of ${lost.length} partitions: ${details.join("; ")}`,
    meaning: [
      gone.length > 0 ? `${missing} messages were deleted before they were decided` : "",
      ahead.length > 0
        ? "the topic was made anew or cut back, so the offsets mean other messages"
        : "",
    ]
      .filter(Boolean)
      .join("; "),
    remedy: `find out why (retention? another cluster? topic deleted?); \`${command} --accept-loss\` goes on from the start of the log`,
  });
}

/** @returns undefined when the stored offsets are of this very log, as far as anybody can tell. */
export function otherLogFailure(
  topic: string,
  stored: LogIdentity,
  found: LogIdentity,
  command = "orders consume",
): Failure | undefined {
  if (stored.clusterId !== found.clusterId) {
    return new Failure("environment", {
      what: `the stored offsets of ${topic} belong to Kafka cluster ${stored.clusterId}; this is cluster ${found.clusterId}`,
      meaning: "offsets of one cluster mean nothing in another: orders would be skipped silently",
      remedy: `connect to the right brokers; or \`${command} --accept-loss\` reads this cluster's log from its start`,
    });
  }
  const { topicId: known } = stored;
  if (known === undefined || found.topicId === undefined || known === found.topicId)
    return undefined;
  return new Failure("environment", {
    what: `the topic ${topic} was deleted and made anew: its id is ${found.topicId}, the stored offsets belong to ${known}`,
    meaning:
      "what was not decided before is gone with the old topic, and its offsets would skip orders of the new one silently",
    remedy: `find out who did it; \`${command} --accept-loss\` reads the new topic from its start (what it has decided of it already is not decided twice)`,
  });
}
