import { setTimeout as wait } from "node:timers/promises";
import type { Database } from "../../ports/database.ts";
import type { RelayCounts } from "./relay-counts.ts";
import { markRefused, markSent, type Refused } from "./sql/mark-events.ts";

export interface MarkerOptions {
  readonly database: Database;
  readonly counts: RelayCounts;
  readonly log: (line: string) => void;
  /** Marked, and of no concern any more. */
  readonly onMarked: (ids: readonly number[]) => Promise<void> | void;
  /** It is given up then, and whoever comes next sends again. */
  readonly stopping: () => boolean;
}

const pauseMs = 100;

/** Writes down what became of events, one statement at a time; what comes meanwhile shares the next. */
export class Marker {
  readonly #options: MarkerOptions;
  #acked: number[] = [];
  #refused: Refused[] = [];
  #running: Promise<void> | undefined;

  constructor(options: MarkerOptions) {
    this.#options = options;
  }

  add(acked: readonly number[], refused: readonly Refused[]): void {
    this.#acked.push(...acked);
    this.#refused.push(...refused);
    // Without anything to do it would end before it is noted as running, and be held for running ever after.
    if (this.#acked.length === 0 && this.#refused.length === 0) return;
    this.#running ??= this.#run();
  }

  /** Resolves when all that was added is marked, or given up. */
  async drained(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#acked.length > 0 || this.#refused.length > 0) {
      const [acked, refused] = [this.#acked, this.#refused];
      this.#acked = [];
      this.#refused = [];
      if (!(await this.#mark(acked, refused))) break;
      await this.#options.onMarked([...acked, ...refused.map(({ id }) => id)]);
    }
    this.#running = undefined;
  }

  /** Kafka has it: that is written down, however long that takes. */
  async #mark(acked: readonly number[], refused: readonly Refused[]): Promise<boolean> {
    const { database, counts, log, stopping } = this.#options;
    for (let left = acked; ; ) {
      try {
        if (left.length > 0) {
          const marked = await markSent(database, left);
          counts.published += marked;
          counts.duplicates += left.length - marked;
          left = [];
        }
        if (refused.length > 0) await markRefused(database, refused);
        break;
      } catch (error) {
        if (stopping()) return false;
        log(`PostgreSQL: ${String(error)}; ${acked.length} published events are not marked yet`);
        await wait(pauseMs);
      }
    }
    for (const { id, reason, retryInMs } of refused) {
      counts.refused += 1;
      if (retryInMs !== undefined) continue;
      counts.parked += 1;
      log(`event ${id} is parked, and its order's later ones wait: ${reason}`);
    }
    return true;
  }
}
