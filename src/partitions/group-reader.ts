import type { FetchedBatch, GroupConsumer } from "../ports/group-consumer.ts";
import type { LogHole, PartitionRange } from "../ports/log.ts";
import type { LogHoles } from "./log-holes.ts";
import { Pace } from "./pace.ts";
import { type Position, Positions, takeSlice } from "./positions.ts";
import type { LoopReach } from "./reach.ts";
import type { Slice } from "./slice.ts";
import { withHeartbeat } from "./with-heartbeat.ts";

/**
 * Under little load each order would be a fetch of its own, 900 a second: after small ones the next
 * waits for a moment. Measured, the median latency falls; where somebody waits for what follows, longer
 * waits add more than they save.
 */
const breathMs = 2;
/** Of all partitions together. */
const smallFetch = 2_500;

interface GroupReaderOptions {
  readonly consumer: GroupConsumer;
  /** After this long without an answer of the group, the partitions may be another's. */
  readonly sessionTimeoutMs: number;
  /** From a small fetch to the next one; see Pace. Left out: a breath. */
  readonly paceMs?: number;
  /** Hands a slice over; resolves when there is room for more. */
  readonly push: (slice: Slice) => Promise<void>;
  /** Forgets what is queued; of one partition, or all. */
  readonly drop: (partition?: number) => void;
  /** Resolves when no transaction is in flight. */
  readonly idle: () => Promise<void>;
  /** Where to begin with these partitions. Retries what passes; throws what does not. */
  readonly takeOver: (
    partitions: readonly number[],
    isCurrent: () => boolean,
  ) => Promise<ReadonlyMap<number, number>>;
  readonly onFatal: (error: unknown) => void;
  /** The consumer gave its connections up and begins anew. */
  readonly onRestart: (error: Error) => void;
  readonly onAssigned: (partitions: readonly number[]) => void;
  /** What follows where the log has no message. */
  readonly holes: LogHoles;
  readonly reach?: LoopReach;
}

/**
 * Reads the partitions that the group assigns, each from the offset in the database (facts: the
 * recipe for offsets in the database). An assignment is a new epoch: what is queued is dropped, all
 * partitions pause, transactions in flight end, offsets are read, and only then fetching begins.
 * Everything before the first await below happens before anything is fetched.
 */
export class GroupReader {
  readonly #options: GroupReaderOptions;
  #epoch = 0;
  readonly #positions = new Positions();
  readonly #pace: Pace;
  #assigned: readonly number[] = [];
  #takingOver = true;
  #stopping = false;
  readonly #reach: LoopReach;

  constructor(options: GroupReaderOptions) {
    this.#options = options;
    this.#pace = new Pace(options.paceMs ?? breathMs, smallFetch);
    this.#reach = options.reach ?? (() => {});
  }

  /** Joins the group and reads until stopped. Resolves when the first join is under way. */
  async start(): Promise<void> {
    const { consumer, onFatal, onRestart } = this.#options;
    await consumer.start({
      assigned: (partitions) => this.#onAssigned(partitions),
      expelled: () => this.#beginEpoch([]),
      batch: (batch) => this.#onBatch(batch),
      skipped: (partition, first, next) => this.#skip(partition, first, next),
      restarting: onRestart,
      failed: onFatal,
    });
  }

  /** Why nothing is read; undefined once the partitions of the newest assignment are. */
  get notReadyBecause(): string | undefined {
    const silentMs = this.#options.consumer.silentMs();
    if (silentMs > this.#options.sessionTimeoutMs)
      return `Kafka has not answered for ${Math.round(silentMs / 1_000)} s`;
    return this.#takingOver ? "waiting for the group to assign partitions" : undefined;
  }

  /** Whether it reads this partition now. */
  holds(partition: number): boolean {
    return this.#positions.get(partition) !== undefined;
  }

  /** Which assignment holds now; work of an earlier one is not ours any more. */
  get epoch(): number {
    return this.#epoch;
  }

  /** From now on nothing is fetched or queued. What is in flight goes on. */
  stopReading(): void {
    this.#stopping = true;
    this.#options.drop();
    this.#pause(this.#assigned);
  }

  /** The database has decided everything of this partition before `next`. */
  advance(partition: number, next: number): void {
    if (this.#positions.advance(partition, next)) void this.reposition(partition);
  }

  /** Another owner moved the partition to `stored`: read on from there, if it is still ours. */
  async reposition(partition: number): Promise<void> {
    const epoch = this.#epoch;
    const isCurrent = () => epoch === this.#epoch && !this.#stopping;
    if (!this.#positions.forget(partition)) return;
    this.#options.drop(partition);
    this.#pause([partition]);
    try {
      const start = await this.#options.takeOver([partition], isCurrent);
      if (isCurrent()) this.#begin(start);
    } catch (error) {
      if (isCurrent()) this.#options.onFatal(error);
    }
  }

  /** Decided offsets of the partitions that are ours, for the commit to Kafka's group. */
  decidedOffsets(): { partition: number; offset: number }[] {
    return this.#positions.decidedOffsets();
  }

  /** What was read and not decided is forgotten; nothing more is read until offsets are taken over. */
  #beginEpoch(partitions: readonly number[]): void {
    this.#epoch++;
    this.#takingOver = true;
    this.#positions.clear();
    this.#assigned = partitions;
    this.#options.holes.forget();
    this.#options.drop();
    this.#pause(partitions);
  }

  /**
   * Compares with what the log still has: what is deleted before it is fetched is noticed even if
   * nothing comes after it.
   * @returns true when nothing was deleted.
   */
  checkAgainst(ranges: readonly PartitionRange[]): boolean {
    const deleted = this.#positions.deletedIn(ranges);
    for (const partition of deleted) this.#break(partition);
    return deleted.length === 0;
  }

  /** As if the partitions were assigned just now. */
  takeOverAnew(): void {
    this.#onAssigned(this.#assigned);
  }

  #onAssigned(partitions: readonly number[]): void {
    this.#beginEpoch(partitions);
    this.#reach("assigned");
    void this.#takeOverAll(this.#epoch, partitions);
  }

  async #takeOverAll(epoch: number, partitions: readonly number[]): Promise<void> {
    const isCurrent = () => epoch === this.#epoch && !this.#stopping;
    try {
      await this.#options.idle();
      if (!isCurrent()) return;
      this.#reach("assigned-idle");
      const start = await this.#options.takeOver(partitions, isCurrent);
      if (!isCurrent()) return;
      this.#reach("offsets-read");
      this.#begin(start);
      this.#takingOver = false;
      this.#options.onAssigned(partitions);
    } catch (error) {
      if (isCurrent()) this.#options.onFatal(error);
    }
  }

  #begin(start: ReadonlyMap<number, number>): void {
    const { consumer } = this.#options;
    for (const [partition, offset] of start) {
      this.#positions.begin(partition, offset);
      consumer.seek(partition, offset);
    }
    this.#reach("sought");
    if (start.size > 0) consumer.resume([...start.keys()]);
    this.#reach("resumed");
  }

  async #onBatch(batch: FetchedBatch): Promise<void> {
    const { partition } = batch;
    const position = this.#positions.get(partition);
    if (position === undefined || position.broken || this.#stopping) return;
    if (batch.fetched !== position.fetch) {
      // Either a batch that was fetched before a seek, or the client has silently reset an
      // out-of-range offset: taking the partition over again checks it against the log.
      this.#break(partition);
      return;
    }
    this.#reach("fetched");
    const epoch = this.#epoch;
    const { messages, next, hole } = batch.read(position.fetch, (each) =>
      this.#options.holes.accepts(partition, each),
    );
    if (hole !== undefined && next === position.fetch) {
      this.#standBefore(position, partition, hole);
      return;
    }
    this.#options.holes.goesOn(partition);
    const slice = takeSlice(position, partition, next, messages);
    const nextFetch = this.#pace.took(slice.messages.length);
    try {
      const room = this.#options.push(slice);
      this.#reach("queued");
      await withHeartbeat(() => batch.heartbeat(), room);
      await nextFetch;
    } catch (error) {
      // The rejoin waits for every running handler: let them all go. After a broken connection
      // kafkajs does not rejoin, and never fetches again what is dropped here: so all begins anew.
      if (epoch === this.#epoch && !this.#stopping) this.#onAssigned(this.#assigned);
      throw error;
    }
    // What stands in front of a hole is decided first; then it is looked at anew.
    if (hole !== undefined && epoch === this.#epoch) this.#break(partition);
    // After a seek this would move the partition on, past what is to be read again.
    else if (epoch === this.#epoch) batch.resolve();
    await batch.heartbeat();
  }

  /** @param first null where nothing of what was fetched lies behind where we stand. */
  #skip(partition: number, first: number | null, next: number): void {
    const position = this.#positions.get(partition);
    if (position === undefined || position.broken || this.#stopping) return;
    const { fetch } = position;
    if (next <= fetch) return;
    const begin = first ?? next;
    if (begin > fetch) {
      const hole: LogHole = { kind: "missing", from: fetch, to: begin - 1 };
      if (!this.#options.holes.accepts(partition, hole)) {
        this.#standBefore(position, partition, hole);
        return;
      }
    }
    this.#options.holes.goesOn(partition);
    void this.#options.push(takeSlice(position, partition, next, []));
  }

  /** All in front of the hole was fetched. First the offset is held against the log: was it deleted? */
  #standBefore(position: Position, partition: number, hole: LogHole): void {
    const verdict = position.checked ? this.#options.holes.judge(partition, hole) : undefined;
    if (verdict === undefined || verdict.kind === "again") this.#break(partition);
    else {
      this.#pause([partition]);
      if (verdict.kind === "stop") this.#options.onFatal(verdict.failure);
    }
  }

  /**
   * The log does not go on where we stand. What was fetched is decided first, for it may be nowhere
   * else any more; then the partition is taken over anew.
   */
  #break(partition: number): void {
    const position = this.#positions.get(partition);
    if (position === undefined || position.broken) return;
    position.broken = true;
    this.#pause([partition]);
    this.advance(partition, position.decided);
  }

  #pause(partitions: readonly number[]): void {
    this.#options.consumer.pause(partitions);
  }
}
