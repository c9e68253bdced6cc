import type { PartitionRange } from "../../ports/log.ts";
import type { LogReader } from "../ports.ts";
import type { LoggedOrder } from "../row-origins.ts";

/** What is read of the log: from where it is told, and on to where it ends now. */
export class LogStretch {
  readonly #log: LogReader;
  readonly #from: ReadonlyMap<number, number> | undefined;
  readonly #isEpoch: boolean;
  readonly #take: (messages: readonly LoggedOrder[]) => void;
  readonly #starts = new Map<number, number>();
  readonly #ends = new Map<number, number>();
  #ranges: readonly PartitionRange[] = [];
  #read = 0;
  #gaps = 0;
  #cutBefore = 0;

  /**
   * @param from undefined: from the first message that the log still holds.
   * @param isEpoch what lies before has left nothing in the database.
   */
  constructor(
    log: LogReader,
    from: ReadonlyMap<number, number> | undefined,
    isEpoch: boolean,
    take: (messages: readonly LoggedOrder[]) => void,
  ) {
    this.#log = log;
    this.#from = from;
    this.#isEpoch = isEpoch;
    this.#take = take;
  }

  async readOn(): Promise<void> {
    this.#ranges = await this.#log.ranges();
    const spans = this.#ranges.map(({ partition, low, high }) => {
      const told = this.#from === undefined ? low : (this.#from.get(partition) ?? 0);
      const begin = this.#ends.get(partition) ?? told;
      if (begin < low) this.#cutBefore += low - begin;
      const first = Math.max(low, begin);
      if (!this.#starts.has(partition)) this.#starts.set(partition, first);
      return { partition, low: first, high };
    });
    const asked = spans.reduce((sum, { low, high }) => sum + Math.max(0, high - low), 0);
    let got = 0;
    for await (const messages of this.#log.messages(spans)) {
      got += messages.length;
      this.#read += messages.length;
      this.#take(messages);
    }
    this.#gaps += Math.max(0, asked - got);
    for (const { partition, high } of spans) this.#ends.set(partition, high);
  }

  /** Messages. */
  get read(): number {
    return this.#read;
  }

  /** As the log was when it was read last. */
  get ranges(): readonly PartitionRange[] {
    return this.#ranges;
  }

  /** First offset, by partition. */
  get from(): ReadonlyMap<number, number> {
    return this.#starts;
  }

  /** From the beginning of an epoch, or of the log itself. */
  get isWhole(): boolean {
    return this.#isEpoch || [...this.#starts.values()].every((first) => first === 0);
  }

  /** Why messages may be missing; undefined: none are. */
  get doubt(): string | undefined {
    if (this.#cutBefore > 0) {
      return `the log no longer holds the first ${this.#cutBefore} messages (retention)`;
    }
    if (this.#gaps > 0) return `the log has ${this.#gaps} offsets without a message`;
    return undefined;
  }
}
