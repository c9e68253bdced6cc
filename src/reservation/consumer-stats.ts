import { addCounts } from "./decided.ts";
import type { FollowCounts } from "./follow-shop/decide-changes.ts";
import type { WorkCounts } from "./work.ts";

/** Counts since the consumer started, and a line about each interval in the reference system's words. */
export class ConsumerStats {
  #total: WorkCounts = { reserved: 0, rejected: 0, deadLettered: 0, duplicates: 0 };
  #lastProcessed = 0;
  #lastAtMs: number;

  constructor(nowMs: number) {
    this.#lastAtMs = nowMs;
  }

  add(counts: WorkCounts): void {
    this.#total = addCounts(this.#total, counts);
  }

  get total(): WorkCounts {
    return this.#total;
  }

  /**
   * `Stats: Processed=15000, Success=14950, Failed=50, Throughput=1500 msg/sec, Success Rate=99.67%`.
   * Counts are totals, the throughput is that of the interval since the last call. Failed counts
   * rejected and dead-lettered; of nothing processed there is no rate; redeliveries of decided orders are not processed a second time.
   */
  line(nowMs: number): string {
    const { reserved, rejected, deadLettered } = this.#total;
    const failed = rejected + deadLettered;
    const processed = reserved + failed;
    const seconds = (nowMs - this.#lastAtMs) / 1_000;
    const throughput = seconds > 0 ? Math.round((processed - this.#lastProcessed) / seconds) : 0;
    this.#lastProcessed = processed;
    this.#lastAtMs = nowMs;
    const rate = processed === 0 ? "n/a" : `${((100 * reserved) / processed).toFixed(2)}%`;
    return `Stats: Processed=${processed}, Success=${reserved}, Failed=${failed}, Throughput=${throughput} msg/sec, Success Rate=${rate}`;
  }
}

/** What the shop's events came to since the start. */
export function followLine(counts: FollowCounts): string {
  const { released, cancelledFirst, shipped, withoutEffect, deadLettered } = counts;
  return `Shop: Released=${released}, Cancelled first=${cancelledFirst}, Shipped=${shipped}, Without effect=${withoutEffect}, Dead letters=${deadLettered}`;
}
