import type { Slice } from "./work.ts";

export interface BatcherOptions {
  /** Transactions in flight at most. */
  readonly workers: number;
  /** Messages in one transaction at most (a single larger slice is cut). */
  readonly batchMessages: number;
  /** Decides slices of distinct partitions. A rejection is fatal: the batcher stops and reports it. */
  readonly decide: (slices: readonly Slice[]) => Promise<void>;
  readonly onFatal: (error: unknown) => void;
}

/**
 * Group commit: partitions hand in slices; a batch is closed when a transaction slot is free or at
 * its limit, so batches grow only under load. A partition is in at most one transaction at a time,
 * and its slices are decided in the order they came (promise 5).
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #queues = new Map<number, Slice[]>();
  readonly #busy = new Set<number>();
  #running = 0;
  #queuedMessages = 0;
  #stopped = false;
  readonly #roomWaiters = new Set<() => void>();
  readonly #idleWaiters = new Set<() => void>();

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /**
   * Queues a slice. Resolves when there is room for more: two full rounds of transactions may wait,
   * so that fetching goes on while transactions run, and memory stays bounded.
   */
  async push(slice: Slice): Promise<void> {
    if (this.#stopped) return;
    const queue = this.#queues.get(slice.partition);
    if (queue === undefined) this.#queues.set(slice.partition, [slice]);
    else queue.push(slice);
    this.#queuedMessages += slice.messages.length;
    this.#pump();
    if (!this.#hasRoom()) await new Promise<void>((resolve) => this.#roomWaiters.add(resolve));
  }

  /** Forgets what is queued and not yet in a transaction; of one partition, or all. */
  drop(partition?: number): void {
    for (const [key, queue] of this.#queues) {
      if (partition !== undefined && key !== partition) continue;
      this.#queuedMessages -= queue.reduce((sum, slice) => sum + slice.messages.length, 0);
      this.#queues.delete(key);
    }
    this.#wake();
  }

  /** Resolves when no transaction is in flight. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idleWaiters.add(resolve));
  }

  /** Takes nothing more. What is in flight goes on; wait for it with `idle`. */
  stop(): void {
    this.#stopped = true;
    this.drop();
  }

  /** True when nothing is queued and nothing is in flight. */
  get empty(): boolean {
    return this.#running === 0 && this.#queues.size === 0;
  }

  #hasRoom(): boolean {
    return this.#queuedMessages < 2 * this.#options.workers * this.#options.batchMessages;
  }

  #pump(): void {
    while (!this.#stopped && this.#running < this.#options.workers) {
      const slices = this.#claim();
      if (slices.length === 0) return;
      this.#running++;
      for (const { partition } of slices) this.#busy.add(partition);
      this.#options
        .decide(slices)
        .catch((error: unknown) => {
          this.stop();
          this.#options.onFatal(error);
        })
        .finally(() => {
          this.#running--;
          for (const { partition } of slices) this.#busy.delete(partition);
          this.#pump();
          this.#wake();
        });
    }
  }

  /** Takes the next messages of every partition that is not in a transaction, up to the limit. */
  #claim(): Slice[] {
    const claimed: Slice[] = [];
    let room = this.#options.batchMessages;
    for (const [partition, queue] of this.#queues) {
      if (this.#busy.has(partition)) continue;
      const slice = takeUpTo(queue, room);
      if (slice === undefined) continue;
      // Behind the others now: the next batch begins with partitions that have waited longer.
      this.#queues.delete(partition);
      if (queue.length > 0) this.#queues.set(partition, queue);
      claimed.push(slice);
      room -= slice.messages.length;
      this.#queuedMessages -= slice.messages.length;
      if (room <= 0) break;
    }
    return claimed;
  }

  #wake(): void {
    if (this.#hasRoom()) release(this.#roomWaiters);
    if (this.#running === 0) release(this.#idleWaiters);
  }
}

/** Joins the queue's leading slices into one of at most `limit` messages; cuts the last where needed. */
function takeUpTo(queue: Slice[], limit: number): Slice | undefined {
  const head = queue[0];
  if (head === undefined) return undefined;
  const taken: Slice[] = [];
  let room = limit;
  for (let slice = queue.shift(); slice !== undefined; slice = queue.shift()) {
    const cut = slice.messages[room];
    if (cut !== undefined) {
      if (room > 0)
        taken.push({ ...slice, next: cut.offset, messages: slice.messages.slice(0, room) });
      queue.unshift({
        ...slice,
        from: room > 0 ? cut.offset : slice.from,
        messages: slice.messages.slice(room),
      });
      break;
    }
    taken.push(slice);
    room -= slice.messages.length;
  }
  const last = taken.at(-1);
  if (last === undefined) return undefined;
  return { ...head, next: last.next, messages: taken.flatMap((slice) => slice.messages) };
}

function release(waiters: Set<() => void>): void {
  const woken = [...waiters];
  waiters.clear();
  for (const wake of woken) wake();
}
