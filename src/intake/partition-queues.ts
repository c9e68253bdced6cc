import { Fifo } from "../ports/fifo.ts";

/** What waits to be published: the queue needs to know no more of a message. */
export interface Queued {
  /** Bytes the message takes in a produce request, record overhead included. */
  readonly bytes: number;
  /** True once nobody waits for it any more: it is dropped instead of taken. */
  readonly abandoned: boolean;
}

export interface TakeLimits {
  readonly messages: number;
  /** Per partition: a broker refuses a larger batch. */
  readonly partitionBytes: number;
  readonly totalBytes: number;
}

/**
 * Messages waiting, first in first out within each partition. `take` may leave a partition's rest
 * behind, but never takes a message before an earlier one of its partition.
 */
export class PartitionQueues<T extends Queued> {
  readonly #queues = new Map<number, Waiting<T>>();
  #arrivals = 0;
  #messages = 0;
  #bytes = 0;

  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(partition: number, item: T): void {
    let queue = this.#queues.get(partition);
    if (queue === undefined) {
      queue = { items: new Fifo<T>(), arrivals: new Fifo<number>() };
      this.#queues.set(partition, queue);
    }
    queue.items.push(item);
    queue.arrivals.push(this.#arrivals++);
    this.#messages += 1;
    this.#bytes += item.bytes;
  }

  /**
   * Removes and returns what fits into one produce request, the longest waiting partitions first.
   * A message larger than a limit is taken alone, so that nothing can block its partition for ever.
   */
  take(limits: TakeLimits): T[] {
    this.dropAbandoned();
    const taken: T[] = [];
    let totalBytes = 0;
    for (const [partition, queue] of this.#longestWaitingFirst()) {
      let partitionBytes = 0;
      for (let head = queue.items.peek(); head !== undefined; head = queue.items.peek()) {
        if (!head.abandoned) {
          if (taken.length >= limits.messages) return taken;
          if (taken.length > 0 && totalBytes + head.bytes > limits.totalBytes) return taken;
          if (partitionBytes > 0 && partitionBytes + head.bytes > limits.partitionBytes) break;
          taken.push(head);
          partitionBytes += head.bytes;
          totalBytes += head.bytes;
        }
        this.#shift(queue, head);
      }
      if (queue.items.length === 0) this.#queues.delete(partition);
    }
    return taken;
  }

  /** Frees the room of abandoned messages at the heads; those further back go when their turn comes. */
  dropAbandoned(): void {
    for (const [partition, queue] of this.#queues) {
      for (let head = queue.items.peek(); head?.abandoned === true; head = queue.items.peek()) {
        this.#shift(queue, head);
      }
      if (queue.items.length === 0) this.#queues.delete(partition);
    }
  }

  #shift({ items, arrivals }: Waiting<T>, head: T): void {
    items.shift();
    arrivals.shift();
    this.#messages -= 1;
    this.#bytes -= head.bytes;
  }

  #longestWaitingFirst(): [number, Waiting<T>][] {
    const arrival = ({ arrivals }: Waiting<T>) => arrivals.peek() ?? 0;
    return [...this.#queues].sort(([, a], [, b]) => arrival(a) - arrival(b));
  }
}

/** Of one partition: its messages, and beside each when it came, counted over all partitions. */
interface Waiting<T> {
  readonly items: Fifo<T>;
  readonly arrivals: Fifo<number>;
}
