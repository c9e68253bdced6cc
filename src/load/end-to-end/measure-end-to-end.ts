import { setTimeout as pause } from "node:timers/promises";
import type { Queryable } from "../../ports/database.ts";
import { LatencyHistogram, type Percentiles } from "../../report/latency-histogram.ts";
import type { HistoryEntry } from "../history.ts";
import {
  type CommitQuestion,
  type CommitSource,
  commitQuestion,
  selectCommitted,
} from "../sql/select-committed.ts";
import { type ClockOffset, measureClockOffset } from "./clock-offset.ts";

/** From when acknowledged orders were due until their rows were committed. */
export interface EndToEnd {
  readonly latencyMs: Percentiles;
  /** The same as an encoded histogram, in the slices' format. */
  readonly histogram: string;
  readonly source: CommitSource;
  /** Of the database against this machine; taken off every latency. */
  readonly clock: ClockOffset;
  /** Acknowledged orders without a row when the time was up: they are in no latency. */
  readonly missing: number;
  /** Orders whose rows are there, and were changed since, so that their commit is not known. */
  readonly unknown: number;
  /** Rows that were committed in each second since the load's start; empty where that is not known. */
  readonly committedPerSecond: readonly number[];
  /** Latencies below 0 by more than the clocks' uncertainty: then the clocks are not to be trusted. */
  readonly impossible: number;
}

export interface EndToEndOptions {
  /** How long rows are waited for, all together. */
  readonly drainTimeoutMs: number;
  /** When the load's clock started, milliseconds since the epoch. */
  readonly startedAtMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many orders have their time. */
  readonly onProgress?: ((measured: number) => void) | undefined;
}

/** So many ids in one question: some milliseconds of the database's time. */
const chunkOrders = 2_000;
const againAfterMs = 200;

/**
 * Asks the database for the rows of a history's acknowledged orders, in the order of the history and
 * a chunk at a time: where some are not there yet it waits for them, so nothing is held but a chunk.
 */
export async function measureEndToEnd(
  database: Queryable,
  history: AsyncIterable<HistoryEntry>,
  options: EndToEndOptions,
): Promise<EndToEnd> {
  const question = await commitQuestion(database);
  const clock = await measureClockOffset(
    database,
    () => performance.timeOrigin + performance.now(),
  );
  const measuring = new Measuring(database, question, clock, options);
  try {
    const chunk = new Map<string, number>();
    for await (const { state, orderId, intendedAtMs, warmUp } of history) {
      if (state !== "acked" || warmUp === true) continue;
      chunk.set(orderId, intendedAtMs);
      if (chunk.size >= chunkOrders) await measuring.settle(chunk);
    }
    await measuring.settle(chunk);
    return measuring.result();
  } finally {
    measuring.latency.release();
  }
}

class Measuring {
  readonly latency = new LatencyHistogram();
  readonly #database: Queryable;
  readonly #question: CommitQuestion;
  readonly #clock: ClockOffset;
  readonly #options: EndToEndOptions;
  readonly #untilMs: number;
  readonly #committedPerSecond: number[] = [];
  #missing = 0;
  #unknown = 0;
  #impossible = 0;

  constructor(
    database: Queryable,
    question: CommitQuestion,
    clock: ClockOffset,
    options: EndToEndOptions,
  ) {
    this.#database = database;
    this.#question = question;
    this.#clock = clock;
    this.#options = options;
    this.#untilMs = performance.now() + options.drainTimeoutMs;
  }

  /** Leaves the chunk empty: its orders are measured, or missing. */
  async settle(chunk: Map<string, number>): Promise<void> {
    const { signal, onProgress } = this.#options;
    for (;;) {
      if (chunk.size === 0) break;
      const rows = await selectCommitted(this.#database, this.#question, [...chunk.keys()]);
      for (const { order_id, at_ms } of rows) {
        const intendedMs = chunk.get(order_id);
        if (chunk.delete(order_id) && intendedMs !== undefined) this.#record(intendedMs, at_ms);
      }
      const over = performance.now() >= this.#untilMs || signal?.aborted === true;
      if (chunk.size === 0 || over) break;
      await pause(againAfterMs, undefined, { signal }).catch(() => {});
    }
    this.#missing += chunk.size;
    chunk.clear();
    onProgress?.(this.latency.count);
  }

  #record(intendedMs: number, atMs: number | null): void {
    if (atMs === null) {
      this.#unknown++;
      return;
    }
    const { offsetMs, uncertaintyMs } = this.#clock;
    const latencyMs = atMs - offsetMs - intendedMs;
    if (latencyMs < -uncertaintyMs) this.#impossible++;
    this.latency.record(latencyMs);
    this.#countCommit(atMs - offsetMs);
  }

  #countCommit(committedMs: number): void {
    const { startedAtMs } = this.#options;
    if (startedAtMs === undefined) return;
    const second = Math.max(0, Math.floor((committedMs - startedAtMs) / 1_000));
    // A row of the future is a clock that cannot be trusted, and no place in a list.
    if (second > (performance.timeOrigin + performance.now() - startedAtMs) / 1_000) return;
    const counts = this.#committedPerSecond;
    while (counts.length <= second) counts.push(0);
    counts[second] = (counts[second] ?? 0) + 1;
  }

  result(): EndToEnd {
    return {
      latencyMs: this.latency.percentiles(),
      histogram: this.latency.encoded(),
      source: this.#question.source,
      clock: this.#clock,
      missing: this.#missing,
      unknown: this.#unknown,
      committedPerSecond: this.#committedPerSecond,
      impossible: this.#impossible,
    };
  }
}
