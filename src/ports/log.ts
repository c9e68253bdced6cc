/** What rooms below the composition root see of Kafka. Implemented in src/runtime/kafka. */

export interface OutgoingMessage {
  /** Decides the partition (murmur2, as every Kafka client); orders use the customer_id. */
  readonly key: string;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Publishes to one topic. One call is one attempt with bounded retries inside; calls must not
 * overlap (an idempotent producer keeps order only with one request in flight).
 * A rejected `send` may have put some, all or none of its messages into the log; `SendFailed` says
 * what is known of each.
 */
export interface MessageSender {
  /** Resolves when all in-sync replicas have acknowledged every message. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /**
   * Most bytes that the topic takes of one partition in one request, as it says; undefined where that
   * is not known. A larger `send` is split.
   */
  readonly batchBytesMax?: number | undefined;
  /** The partition a key maps to, or 0 while the partition count is not known. */
  partitionOf(key: string): number;
  /** False from the first failure until the connection has been made anew. */
  readonly connected: boolean;
  connect(): Promise<void>;
  /** Resolves when Kafka answers for the topic; a rejection counts as a failure. Not during `send`. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** A topic's log as it is now. */
export interface LogState {
  /** What Kafka called the topic when it was made; undefined where brokers have no ids. */
  readonly topicId: string | undefined;
  /** In partition order. */
  readonly ranges: readonly PartitionRange[];
}

/** Log positions of one topic. `low` is the first offset that still exists, `high` the next to be written. */
export interface PartitionRange {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** Why no record of a batch can be had. */
export type Undecodability =
  /** Its checksum is not that of its bytes. */
  | "corrupt"
  | "unknown_codec"
  | "unknown_magic"
  /** Less of it came than it says it has. */
  | "truncated"
  /** Its header or records contradict themselves, or it does not decompress. */
  | "malformed"
  /** Decompressed it is larger than may be taken in. */
  | "too_large";

/** A batch whose records nobody can read; the others of its partition stand behind it. */
export interface UndecodableBatch {
  readonly kind: "undecodable";
  /** First and last offset, as far as its header tells. */
  readonly from: number;
  readonly to: number;
  readonly why: Undecodability;
  readonly detail: string;
  /** As fetched, from its first byte on; of a large one the beginning. */
  readonly head: Buffer;
  /** All of it. */
  readonly storedBytes: number;
}

/** Offsets that stand in no batch, or whose records were taken out of theirs: compaction does both. */
export interface MissingOffsets {
  readonly kind: "missing";
  readonly from: number;
  readonly to: number;
}

/** Offsets of a log, first and last included, of which a reader has no record. */
export type LogHole = MissingOffsets | UndecodableBatch;

/** A message as fetched; its bytes are not looked at before it is claimed for a transaction. */
export interface FetchedMessage {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestampMs: number;
  /** Of key and value; left out, they are asked. */
  readonly sizeBytes?: number;
}

/** A committed message as it stands in the log. */
export interface LogMessage {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** A name may have several values. */
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

/** A partition that stands at a batch which no consumer of the group could decode. */
export interface StandingPartition {
  readonly partition: number;
  readonly first_offset: number;
  readonly last_offset: number;
  readonly why: string;
  readonly detail: string;
  readonly found_at: string;
}
