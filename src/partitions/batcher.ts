import type { FetchedMessage } from "../ports/log.ts";
import type { Slice } from "./slice.ts";

export interface BatcherOptions {
  /** Transactions in flight at most. */
  readonly workers: number;
  /** Messages in one transaction at most (a single larger slice is cut). */
  readonly batchMessages: number;
  /** Bytes of keys and values in one transaction at most; a larger message goes alone. */
  readonly batchBytes?: number;
  /**
   * While a transaction is in flight, another begins only with so many messages waiting, or after
   * `gatherMs`. Small ones beside each other are slower than one after the other: they lock the
   * same stock, and each waits for the commits of all before it. Left out: none waits.
   */
  readonly gatherMessages?: number;
  /** Partitions in one transaction at most. */
  readonly batchPartitions?: number;
  /** Bytes that may wait at most, and one fetch beyond. */
  readonly queueBytes?: number;
  /** Decides slices of distinct partitions. A rejection is fatal: the batcher stops and reports it. */
  readonly decide: (slices: readonly Slice[]) => Promise<void>;
  readonly onFatal: (error: unknown) => void;
}

/** PostgreSQL gets dead letters as hexadecimal text, each byte as two: far below what a string holds. */
const batchBytesDefault = 16 * 1024 * 1024;
const queueBytesDefault = 64 * 1024 * 1024;
/** Longer than a small transaction takes: one that hangs does not hold up the others. */
const gatherMs = 25;

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
  #queuedBytes = 0;
  #stopped = false;
  #pumpsSoon = false;
  /** Set while messages are gathered for a transaction beside one in flight. */
  #gathering: NodeJS.Timeout | undefined;
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
    this.#count(slice, 1);
    this.#pumpSoon();
    if (!this.#hasRoom()) await new Promise<void>((resolve) => this.#roomWaiters.add(resolve));
  }

  /** Forgets what is queued and not yet in a transaction; of one partition, or all. */
  drop(partition?: number): void {
    for (const [key, queue] of this.#queues) {
      if (partition !== undefined && key !== partition) continue;
      for (const slice of queue) this.#count(slice, -1);
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
    this.#gathered();
    this.drop();
  }

  /** True when nothing is queued and nothing is in flight. */
  get empty(): boolean {
    return this.#running === 0 && this.#queues.size === 0;
  }

  #hasRoom(): boolean {
    const { workers, batchMessages, queueBytes = queueBytesDefault } = this.#options;
    return this.#queuedMessages < 2 * workers * batchMessages && this.#queuedBytes < queueBytes;
  }

  #count(slice: Slice, sign: 1 | -1): void {
    this.#queuedMessages += sign * slice.messages.length;
    this.#queuedBytes += sign * bytesOf(slice.messages);
  }

  /** A fetch hands in the slices of its partitions one after the other: they go together. */
  #pumpSoon(): void {
    if (this.#pumpsSoon) return;
    this.#pumpsSoon = true;
    queueMicrotask(() => {
      this.#pumpsSoon = false;
      this.#pump();
      this.#wake();
    });
  }

  #pump(): void {
    while (!this.#stopped && this.#running < this.#options.workers && !this.#gathers()) {
      if (!this.#begin()) return;
    }
  }

  /** @returns false when there is nothing to begin with. */
  #begin(): boolean {
    this.#gathered();
    const slices = this.#claim();
    if (slices.length === 0) return false;
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
    return true;
  }

  /** Whether to wait for more messages before there is one more transaction in flight. */
  #gathers(): boolean {
    const { gatherMessages = 0, batchMessages } = this.#options;
    const enough = this.#queuedMessages >= Math.min(gatherMessages, batchMessages);
    if (this.#running === 0 || enough || this.#queues.size === 0) return false;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      if (this.#running < this.#options.workers) this.#begin();
      this.#wake();
    }, gatherMs);
    return true;
  }

  #gathered(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
  }

  /** Takes the next messages of every partition that is not in a transaction, up to the limit. */
  #claim(): Slice[] {
    const claimed: Slice[] = [];
    const { batchMessages, batchBytes = batchBytesDefault } = this.#options;
    const partitionsMax = this.#options.batchPartitions ?? Number.POSITIVE_INFINITY;
    const room = { messages: batchMessages, bytes: batchBytes };
    for (const [partition, queue] of this.#queues) {
      if (this.#busy.has(partition)) continue;
      const slice = takeUpTo(queue, room, claimed.length === 0);
      // What is too large for the rest of this batch begins one of the next.
      if (slice === undefined) continue;
      // Behind the others now: the next batch begins with partitions that have waited longer.
      this.#queues.delete(partition);
      if (queue.length > 0) this.#queues.set(partition, queue);
      claimed.push(slice);
      room.messages -= slice.messages.length;
      room.bytes -= bytesOf(slice.messages);
      this.#count(slice, -1);
      if (room.messages <= 0 || room.bytes <= 0 || claimed.length >= partitionsMax) break;
    }
    return claimed;
  }

  #wake(): void {
    if (this.#hasRoom()) release(this.#roomWaiters);
    if (this.#running === 0) release(this.#idleWaiters);
  }
}

/**
 * Joins the queue's leading slices into one of at most `limit`; cuts the last where needed.
 * @param always takes the first message however large it is, so that nothing waits for ever.
 */
function takeUpTo(
  queue: Slice[],
  limit: { readonly messages: number; readonly bytes: number },
  always: boolean,
): Slice | undefined {
  const head = queue[0];
  if (head === undefined) return undefined;
  const messages: FetchedMessage[] = [];
  let next = head.from;
  let bytes = 0;
  for (let slice = queue.shift(); slice !== undefined; slice = queue.shift()) {
    const taken = messages.length;
    for (const message of slice.messages) {
      bytes += sizeOf(message);
      const fits = messages.length < limit.messages && bytes <= limit.bytes;
      if (!fits && !(always && messages.length === 0)) break;
      messages.push(message);
    }
    const cut = slice.messages[messages.length - taken];
    if (cut === undefined) {
      next = slice.next;
      continue;
    }
    const rest = slice.messages.slice(messages.length - taken);
    if (messages.length > taken) next = cut.offset;
    queue.unshift({
      ...slice,
      from: messages.length > taken ? cut.offset : slice.from,
      messages: rest,
    });
    break;
  }
  return next === head.from ? undefined : { ...head, next, messages };
}

function sizeOf(message: FetchedMessage): number {
  return message.sizeBytes ?? (message.key?.length ?? 0) + (message.value?.length ?? 0);
}

function bytesOf(messages: readonly FetchedMessage[]): number {
  let bytes = 0;
  for (const message of messages) bytes += sizeOf(message);
  return bytes;
}

function release(waiters: Set<() => void>): void {
  const woken = [...waiters];
  waiters.clear();
  for (const wake of woken) wake();
}
