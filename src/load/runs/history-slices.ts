import { LatencyHistogram } from "../../report/latency-histogram.ts";
import { count, type MutableCounts, noCounts } from "../counts.ts";
import type { HistoryEntry } from "../history.ts";
import { readHistoryPieces } from "../history-reader.ts";
import type { SeenLatency, Slice } from "../slice.ts";
import { Digest, type RunDigest } from "./digest-run.ts";
import { AnswerSums } from "./run-lines.ts";

/** An order is settled at most this long after others of its second; later ones open it again. */
const openMax = 32;

interface Second {
  readonly counts: MutableCounts;
  readonly answers: AnswerSums;
  readonly histograms: Partial<Record<SeenLatency, string | LatencyHistogram>>;
}

/**
 * Seconds made of a history's orders, in whatever order they come. Holds some kilobytes for each
 * second of the run, and nothing for an order. A warm-up's orders are left out.
 */
export class HistorySlices {
  readonly #seconds = new Map<number, Second>();
  /** Whose histograms are open: the last touched ones. */
  readonly #open = new Set<Second>();
  #firstMs: number | undefined;

  add(entry: HistoryEntry): void {
    if (entry.warmUp === true) return;
    const { intendedAtMs, sentAtMs, answeredAtMs = intendedAtMs, state, kind } = entry;
    this.#firstMs ??= intendedAtMs;
    this.#at(intendedAtMs).counts.offered++;
    if (sentAtMs !== undefined) {
      const second = this.#at(sentAtMs);
      second.counts.sent++;
      this.#record(second, "schedule_lag", sentAtMs - intendedAtMs);
    }
    const second = this.#at(answeredAtMs);
    count(second.counts, state);
    second.answers.add([{ state, kind, count: 1 }]);
    if (state !== "acked" || entry.answeredAtMs === undefined) return;
    this.#record(second, "response", answeredAtMs - intendedAtMs);
    if (sentAtMs !== undefined) this.#record(second, "service", answeredAtMs - sentAtMs);
  }

  /** In order, from 0 on; whole seconds from when the order that was settled first was due. */
  *slices(): Generator<Slice> {
    for (const second of [...this.#open]) this.#close(second);
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const at of this.#seconds.keys())
      [first, last] = [Math.min(first, at), Math.max(last, at)];
    for (let at = first; at <= last; at++) {
      const { counts, answers, histograms } = this.#seconds.get(at) ?? emptySecond();
      yield {
        second: at - first,
        ...{ counts, answers: answers.sums(), gauges: {} },
        histograms: histograms as Slice["histograms"],
      };
    }
  }

  #at(ms: number): Second {
    const at = Math.floor((ms - (this.#firstMs ?? ms)) / 1_000);
    const known = this.#seconds.get(at);
    if (known !== undefined) return known;
    const made = emptySecond();
    this.#seconds.set(at, made);
    return made;
  }

  #record(second: Second, name: SeenLatency, ms: number): void {
    let open = second.histograms[name];
    if (open === undefined || typeof open === "string") {
      const before = open;
      open = new LatencyHistogram();
      if (before !== undefined) open.addEncoded(before);
      second.histograms[name] = open;
      this.#open.delete(second);
      this.#open.add(second);
      for (const oldest of this.#open) {
        if (this.#open.size <= openMax) break;
        this.#close(oldest);
      }
    }
    open.record(ms);
  }

  #close(second: Second): void {
    this.#open.delete(second);
    for (const [name, found] of Object.entries(second.histograms)) {
      if (typeof found === "string") continue;
      second.histograms[name as SeenLatency] = found.encoded();
      found.release();
    }
  }
}

/** @throws Failure("usage") when the file cannot be read or a line is none of a history. */
export async function digestHistory(path: string): Promise<RunDigest> {
  const slices = new HistorySlices();
  for await (const entries of readHistoryPieces(path))
    for (const entry of entries) slices.add(entry);
  const digest = new Digest(path, undefined);
  try {
    for (const slice of slices.slices()) digest.slice(slice);
    return digest.digest();
  } finally {
    digest.release();
  }
}

function emptySecond(): Second {
  return { counts: noCounts(), answers: new AnswerSums(), histograms: {} };
}
