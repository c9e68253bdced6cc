import { Failure } from "../failure/failure.ts";
import type { LogHole, UndecodableBatch } from "../ports/log.ts";
import { undecodableText } from "../ports/undecodable-text.ts";

export interface LogHolesOptions {
  readonly topic: string;
  readonly acceptLoss: boolean;
  /** One line for a person. */
  readonly log: (line: string) => void;
  /** A partition has come to a batch that nobody can read. */
  readonly onUndecodable: (partition: number, batch: UndecodableBatch) => void;
}

/** What follows when all before a hole is decided. */
export type Verdict =
  /** It may have been the network: look again. */
  | { readonly kind: "again" }
  /** This partition stands; the others go on. */
  | { readonly kind: "stands" }
  | { readonly kind: "stop"; readonly failure: Failure };

/** A batch is fetched so many times before it is held to be undecodable in the log itself. */
const sightingsMin = 3;

interface Accepted {
  readonly from: number;
  readonly to: number;
  readonly offsets: number;
}

/**
 * Where the log has no message although its offsets say that there was one. Nothing behind a hole is
 * decided before a person says so: behind compaction and damage alike, orders are lost silently.
 */
export class LogHoles {
  readonly #options: LogHolesOptions;
  readonly #accepted = new Map<number, Accepted>();
  readonly #told = new Map<number, number>();
  readonly #seen = new Map<number, { readonly from: number; readonly times: number }>();
  readonly #standing = new Map<number, UndecodableBatch>();

  constructor(options: LogHolesOptions) {
    this.#options = options;
  }

  /** @returns true where a loss is accepted; it is counted once. */
  accepts(partition: number, hole: LogHole): boolean {
    if (hole.kind !== "missing" || !this.#options.acceptLoss) return false;
    const before = this.#accepted.get(partition);
    const from = Math.max(hole.from, (before?.to ?? -1) + 1);
    if (from > hole.to) return true;
    this.#accepted.set(partition, {
      from: before?.from ?? from,
      to: hole.to,
      offsets: (before?.offsets ?? 0) + hole.to - from + 1,
    });
    return true;
  }

  judge(partition: number, hole: LogHole): Verdict {
    if (hole.kind === "missing")
      return { kind: "stop", failure: missingFailure(this.#options.topic, partition, hole) };
    const before = this.#seen.get(partition);
    const times = before?.from === hole.from ? before.times + 1 : 1;
    this.#seen.set(partition, { from: hole.from, times });
    if (times < sightingsMin) return { kind: "again" };
    if (this.#standing.get(partition)?.from !== hole.from) {
      this.#standing.set(partition, hole);
      this.#options.log(`partition ${partition} stands: ${undecodableText(hole)}`);
      this.#options.log(buryHint(this.#options.topic, partition, hole));
    }
    this.#options.onUndecodable(partition, hole);
    return { kind: "stands" };
  }

  /** Messages of this partition are decided again. */
  goesOn(partition: number): void {
    if (this.#seen.size === 0) return;
    this.#seen.delete(partition);
    this.#standing.delete(partition);
  }

  /** Other partitions may be ours now. */
  forget(): void {
    this.#standing.clear();
  }

  /** Undecodable batches by partition, at which ours stand. */
  get standing(): ReadonlyMap<number, UndecodableBatch> {
    return this.#standing;
  }

  /** Says what was accepted since it was last said; a compacted log has a hole for every other message. */
  tellAccepted(): void {
    for (const [partition, { from, to, offsets }] of this.#accepted) {
      if (this.#told.get(partition) === offsets) continue;
      this.#told.set(partition, offsets);
      this.#options.log(
        `accepted: ${offsets} offsets of partition ${partition}, between ${from} and ${to}, have no message in the log of ${this.#options.topic}`,
      );
    }
  }

  /** Offsets without a message that were passed over. */
  get acceptedOffsets(): number {
    let sum = 0;
    for (const { offsets } of this.#accepted.values()) sum += offsets;
    return sum;
  }
}

/** What a person can do about it. */
export function buryHint(
  topic: string,
  partition: number,
  { from, why }: UndecodableBatch,
): string {
  const larger = why === "too_large" ? "a larger --expanded-batch-bytes may read it; " : "";
  return `${larger}\`orders dlq bury ${topic}/${partition}/${from}\` dead-letters the batch, and the partition goes on behind it`;
}

/** @param standing not empty. */
export function standingFailure(
  topic: string,
  standing: ReadonlyMap<number, UndecodableBatch>,
): Failure {
  const [[partition, batch] = []] = standing;
  const named = [...standing]
    .slice(0, 10)
    .map(([each, found]) => `partition ${each}: ${undecodableText(found)}`);
  if (standing.size > 10) named.push(`and ${standing.size - 10} more partitions`);
  return new Failure("environment", {
    what: `${standing.size} partitions of ${topic} stand at a batch that cannot be decoded: ${named.join("; ")}`,
    meaning:
      "what comes behind it in these partitions is not decided; nothing of it is lost, and the other partitions are done",
    remedy: partition === undefined || batch === undefined ? "" : buryHint(topic, partition, batch),
  });
}

function missingFailure(topic: string, partition: number, hole: LogHole): Failure {
  const { from, to } = hole;
  const count = to - from + 1;
  const where = count === 1 ? `offset ${from}` : `offsets ${from} to ${to}`;
  return new Failure("environment", {
    what: `the log of ${topic} has no message at ${where} of partition ${partition}, and goes on behind it`,
    meaning: `${count} ${count === 1 ? "message was" : "messages were"} taken out of the log before they were decided, as compaction does (cleanup.policy); no transaction explains it`,
    remedy: `set cleanup.policy=delete on ${topic} (\`orders topic describe ${topic}\`), and find out what was there; \`orders consume --accept-loss\` goes on without them, and counts them`,
  });
}
