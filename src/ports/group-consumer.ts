import type { Failure } from "../failure/failure.ts";
import type { FetchedMessage, LogHole } from "./log.ts";

/**
 * A member of a consumer group, as the reservation sees it: which partitions are ours, and what is
 * in them, from the offset that we name. Implemented in src/runtime/kafka/group-consumer.ts (kafkajs)
 * and src/runtime/kafka/platformatic/.
 */
export interface GroupConsumer {
  /** Joins the group. Resolves when the first join is under way. Once. */
  start(listener: GroupListener): Promise<void>;
  /** Nothing more of these is fetched; what is on its way may still come. Nothing while not joined. */
  pause(partitions: readonly number[]): void;
  resume(partitions: readonly number[]): void;
  /** The next fetch of the partition begins there. */
  seek(partition: number, offset: number): void;
  /** Since the group last answered; 0 while not joined. */
  silentMs(): number;
  /** Into Kafka's own group offsets: for the tools that show the lag. */
  commitOffsets(next: readonly { partition: number; offset: number }[]): Promise<void>;
  /** Leaves the group. Waits for running `batch` calls. */
  stop(): Promise<void>;
}

/** Called by the consumer; what returns nothing is done before anything is fetched. */
export interface GroupListener {
  /**
   * Exactly these partitions are ours from now on. The listener pauses them at once, seeks, and
   * resumes: nothing of them is to be fetched before.
   */
  assigned(partitions: readonly number[]): void;
  /** Nothing is ours till the next `assigned`. */
  expelled(): void;
  /** Batches of one partition come one after the other; it rejects where the batch is not taken. */
  batch(batch: FetchedBatch): Promise<void>;
  /**
   * Where only transaction markers or aborted messages stand.
   * @param first null where nothing of what was fetched lies behind where we stand.
   */
  skipped(partition: number, first: number | null, next: number): void;
  /** The connections were given up, and all begins anew. */
  restarting(error: Error): void;
  /** It gave up for good. */
  failed(failure: Failure): void;
}

export interface FetchedBatch {
  readonly partition: number;
  /** The offset that was asked for; another one where the log has nothing there any more. */
  readonly fetched: number;
  /**
   * @param from where the log must go on.
   * @param accepts told of every hole met; one that it accepts is passed over.
   */
  read(from: number, accepts: (hole: LogHole) => boolean): Fetched;
  /** Stays in the group; rejects when it is no more ours. */
  heartbeat(): Promise<void>;
  /** The next fetch goes on behind this batch. After a seek this would move past what is to be read again. */
  resolve(): void;
}

/** What of a fetch can be decided: all of it, or what stands in front of a hole. */
export interface Fetched {
  readonly messages: readonly FetchedMessage[];
  /** The offset behind what can be decided. */
  readonly next: number;
  /** What stands there instead of a message; undefined where the log is whole. */
  readonly hole: LogHole | undefined;
}
