import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../failure/failure.ts";
import type { GroupConsumer } from "../ports/group-consumer.ts";
import type { LogState, UndecodableBatch } from "../ports/log.ts";
import { undecodableText } from "../ports/undecodable-text.ts";
import { Batcher } from "./batcher.ts";
import { backoffMs, failurePolicy, onceMoreAnew, troubleText } from "./failure-policy.ts";
import { GroupReader } from "./group-reader.ts";
import { LogHoles } from "./log-holes.ts";
import { LogWatch } from "./log-watch.ts";
import type { LoopReach } from "./reach.ts";
import type { Slice } from "./slice.ts";
import { Troubles } from "./troubles.ts";

export interface PartitionLoopOptions {
  readonly topic: string;
  readonly acceptLoss: boolean;
  readonly sessionTimeoutMs: number;
  readonly workers: number;
  /** Messages in one transaction at most. */
  readonly batchMessages: number;
  /** Partitions in one transaction at most; all, where left out. */
  readonly batchPartitions?: number;
  /** See the batcher. */
  readonly gatherMessages?: number;
  /**
   * From a fetch that brought little to the next: where nobody waits for what follows, a longer one
   * spares Kafka and the database much work. Left out: 2 ms.
   */
  readonly paceMs?: number;
  readonly consumer: GroupConsumer;
  readonly readLog: () => Promise<LogState>;
  /** The stored offsets, without waiting for anybody. */
  readonly peekOffsets: () => Promise<ReadonlyMap<number, number>>;
  /** Where to begin with these partitions, and their fences in the database; one attempt. */
  readonly takeOver: (
    log: LogState,
    partitions: readonly number[],
  ) => Promise<ReadonlyMap<number, number>>;
  /** Writes what follows from the slices together with their offsets. A rejection ends the loop. */
  readonly decide: (slices: readonly Slice[], assignment: Assignment) => Promise<DecidedSlices>;
  /** The failure for an error of the database that does not pass by itself. */
  readonly mustBeMended: (cause: Error) => Failure;
  /** A partition has come to a batch that nobody can read; may fail. */
  readonly noteUndecodable: (partition: number, batch: UndecodableBatch) => Promise<void>;
  /** One line for a person: retries, reassignments. */
  readonly log: (line: string) => void;
  readonly reach?: LoopReach;
}

/** What the deciding may ask of the assignment that its slices were read under. */
export interface Assignment {
  /** Asked before every attempt: a retry must not outlive the assignment. */
  readonly isOurs: () => boolean;
  /** Told of every failed attempt; with undefined when one succeeds again. */
  readonly onTrouble: (error: Error | undefined) => void;
}

export interface DecidedSlices {
  /** Their offsets are in the database. */
  readonly done: readonly { readonly partition: number; readonly next: number }[];
  /** Another owner has moved these; `stored` is where they stand. */
  readonly fenced: readonly { readonly partition: number; readonly stored: number | undefined }[];
}

const commitEveryMs = 1_000;

/**
 * A message's way from the log to the database: reader, batcher, and whoever decides. Offsets are
 * stored by the one who decides, with the effects; here they are only followed.
 */
export class PartitionLoop {
  readonly #options: PartitionLoopOptions;
  readonly #batcher: Batcher;
  readonly #reader: GroupReader;
  readonly #watch: LogWatch;
  readonly #holes: LogHoles;
  readonly #reach: LoopReach;
  readonly #failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};
  readonly #troubles: Troubles;
  #abandoned = false;
  #saidAway = false;
  #stopped = false;
  #committing: Promise<void> | undefined;
  #commitTimer: NodeJS.Timeout | undefined;

  constructor(options: PartitionLoopOptions) {
    this.#options = options;
    this.#reach = options.reach ?? (() => {});
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
    this.#troubles = new Troubles(options.log);
    const { workers, batchMessages, batchPartitions, gatherMessages } = options;
    this.#batcher = new Batcher({
      ...{ workers, batchMessages },
      ...(batchPartitions === undefined ? {} : { batchPartitions }),
      ...(gatherMessages === undefined ? {} : { gatherMessages }),
      decide: (slices) => this.#decide(slices),
      onFatal: (error) => this.#fail(error),
    });
    this.#holes = new LogHoles({
      topic: options.topic,
      acceptLoss: options.acceptLoss,
      log: options.log,
      // So that others see it. It is no decision, so errors do not matter.
      onUndecodable: (partition, batch) =>
        void options.noteUndecodable(partition, batch).catch(() => {}),
    });
    this.#reader = new GroupReader({
      consumer: options.consumer,
      sessionTimeoutMs: options.sessionTimeoutMs,
      ...(options.paceMs === undefined ? {} : { paceMs: options.paceMs }),
      push: (slice) => this.#batcher.push(slice),
      drop: (partition) => this.#batcher.drop(partition),
      idle: () => this.#batcher.idle(),
      takeOver: (partitions, isCurrent) => this.#takeOver(partitions, isCurrent),
      onFatal: (error) => this.#fail(error),
      onRestart: ({ message }) => {
        // Every few seconds while Kafka is away: once is enough.
        if (this.#saidAway || this.#stopped) return;
        this.#saidAway = true;
        options.log(`Kafka: ${message}; joining the group again until it answers`);
      },
      holes: this.#holes,
      reach: this.#reach,
      onAssigned: (partitions) => {
        this.#saidAway = false;
        options.log(`reading ${partitions.length} partitions of ${options.topic}`);
        void this.#commitToKafka();
      },
    });
    this.#watch = new LogWatch({ ...options, holes: this.#holes }, this.#reader);
  }

  async start(): Promise<void> {
    await this.#reader.start();
    this.#commitTimer = setInterval(() => {
      void this.#commitToKafka();
      this.#holes.tellAccepted();
    }, commitEveryMs);
    this.#watch.start();
  }

  /** Never resolves; rejects when the loop cannot go on. */
  get failed(): Promise<never> {
    return this.#failed;
  }

  /** Why nothing is being decided right now; undefined when all is well. */
  get notReadyBecause(): string | undefined {
    return this.#troubles.current ?? this.#reader.notReadyBecause ?? this.#watch.trouble;
  }

  /** Whether it reads this partition: at any moment one member of the group does, or none. */
  holds(partition: number): boolean {
    return this.#reader.holds(partition);
  }

  /** Undecodable batches by partition: what is behind them waits; the other partitions go on. */
  get standing(): ReadonlyMap<number, UndecodableBatch> {
    return this.#holes.standing;
  }

  /** For whoever asks whether all is well; undefined when no partition stands. */
  get standsBecause(): string | undefined {
    const [first] = this.#holes.standing;
    if (first === undefined) return undefined;
    const others = this.#holes.standing.size - 1;
    const more = others === 0 ? "" : ` (and ${others} more partitions stand)`;
    return `partition ${first[0]} stands: ${undecodableText(first[1])}${more}`;
  }

  /** Offsets that the log had no message for, and that were passed over as told to. */
  get acceptedOffsets(): number {
    return this.#holes.acceptedOffsets;
  }

  /** @returns true when log and database are as they were; else partitions are being taken over anew. */
  checkLog(): Promise<boolean> {
    return this.#watch.check();
  }

  /**
   * Finishes the transactions in hand, commits their offsets, leaves the group.
   * @param withinMs after this long the transactions in hand are given up: nothing of them is lost,
   * the next owner decides them.
   */
  async stop(withinMs: number): Promise<void> {
    clearInterval(this.#commitTimer);
    this.#holes.tellAccepted();
    this.#watch.stop();
    this.#stopped = true;
    this.#batcher.stop();
    this.#reader.stopReading();
    this.#reach("stopping");
    const bound = new AbortController();
    const late = wait(withinMs, undefined, { signal: bound.signal }).then(
      () => {
        this.#abandoned = true;
      },
      () => {},
    );
    await Promise.race([this.#batcher.idle(), late]);
    bound.abort();
    this.#reach("stopped-idle");
    // Commits are ignored once the consumer is stopping, so this one comes before.
    const commit = (this.#committing ?? Promise.resolve()).then(() => this.#commitToKafka());
    await Promise.race([commit, wait(1_000, undefined, { ref: false })]);
    this.#reach("stopped-committed");
    await Promise.race([this.#options.consumer.stop(), wait(withinMs, undefined, { ref: false })]);
    this.#reach("left");
  }

  async #decide(slices: readonly Slice[]): Promise<void> {
    this.#reach("claimed");
    const epoch = this.#reader.epoch;
    const { done, fenced } = await this.#options.decide(slices, {
      isOurs: () => epoch === this.#reader.epoch && !this.#givingUp(),
      onTrouble: (error) => this.#troubles.note(slices, error),
    });
    this.#troubles.note(slices, undefined);
    if (epoch === this.#reader.epoch) {
      for (const { partition, next } of done) this.#reader.advance(partition, next);
    }
    this.#reach("noted");
    for (const { partition, stored } of fenced) {
      this.#options.log(
        `partition ${partition}: the database is at ${stored ?? "no offset"}; reading on from there`,
      );
      void this.#reader.reposition(partition);
    }
  }

  /** A transaction in hand is finished when we stop, but not tried again and again. */
  #givingUp(): boolean {
    return this.#abandoned || (this.#stopped && this.#troubles.current !== undefined);
  }

  async #takeOver(
    partitions: readonly number[],
    isCurrent: () => boolean,
  ): Promise<ReadonlyMap<number, number>> {
    const { readLog, topic } = this.#options;
    if (partitions.length === 0) return new Map();
    let anew = false;
    for (let attempt = 0; ; attempt++) {
      let fromLog = true;
      try {
        const log = await readLog();
        fromLog = false;
        const start = await this.#options.takeOver(log, partitions);
        this.#watch.tookOver(log);
        this.#troubles.note(isCurrent, undefined);
        return start;
      } catch (error) {
        if (error instanceof Failure || !isCurrent()) {
          this.#troubles.note(isCurrent, undefined);
          throw error;
        }
        const cause = error instanceof Error ? error : new Error(String(error));
        // The log's pass, or the consumer itself gives up; PostgreSQL's have a policy.
        if (!fromLog && !anew && onceMoreAnew(cause)) {
          anew = true;
          continue;
        }
        if (!fromLog && failurePolicy(cause) !== "retry") throw this.#options.mustBeMended(cause);
        const message = `offsets of ${topic} cannot be read: ${troubleText(cause)}`;
        this.#troubles.note(isCurrent, new Error(message));
        await wait(backoffMs(attempt));
        if (!isCurrent()) {
          this.#troubles.note(isCurrent, undefined);
          return new Map();
        }
      }
    }
  }

  /** For every Kafka tool that shows the lag. Not what a consumer resumes from, so errors do not matter. */
  async #commitToKafka(): Promise<void> {
    const offsets = this.#reader.decidedOffsets();
    // While Kafka is away a commit takes long: they must not pile up.
    if (offsets.length === 0 || this.#committing !== undefined) return;
    this.#reach("before-offset-commit");
    this.#committing = this.#options.consumer.commitOffsets(offsets).catch(() => {});
    await this.#committing;
    this.#reach("after-offset-commit");
    this.#committing = undefined;
  }
}
