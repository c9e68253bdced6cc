import { Failure } from "../../failure/failure.ts";
import type { Percentiles } from "../../report/latency-histogram.ts";
import type { Counts } from "../counts.ts";
import {
  type AnswerCount,
  type LatencyName,
  latencyNames,
  type Slice,
  type SlicedLatency,
} from "../slice.ts";
import { type GaugeFigures, RunFigures } from "../thresholds/run-figures.ts";
import type { ReadRun } from "./read-run.ts";
import {
  AnswerSums,
  type RunAudit,
  type RunEndToEnd,
  type RunHeader,
  type RunResult,
} from "./run-lines.ts";
import { type Step, Timeline, withCommitted } from "./timeline.ts";

/** Latencies that a run may know, with the round trips of the database's probe. */
export type KnownLatency = LatencyName | SlicedLatency;
export const knownLatencies = [...latencyNames, "database"] as const satisfies KnownLatency[];

export interface LatencyFigures extends Percentiles {
  /** From the fastest to the slowest: per cent, and the milliseconds that so many were within. */
  readonly curve: readonly { readonly percentile: number; readonly ms: number }[];
}

/** All that a report tells of a run, in bounded space. */
export interface RunDigest {
  /** undefined: of a history, which does not say by what it was made. */
  readonly header: RunHeader | undefined;
  /** Where it was read. */
  readonly path: string;
  /** undefined: the run did not end. */
  readonly result: RunResult | undefined;
  readonly audit: RunAudit | undefined;
  /** Where commits' times came from, if they are known. */
  readonly endToEndFrom: string | undefined;
  /** Of slices, without the warm-up's. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly counts: Counts;
  readonly answers: readonly AnswerCount[];
  readonly latencies: Readonly<Partial<Record<KnownLatency, LatencyFigures>>>;
  readonly gauges: Readonly<Record<string, GaugeFigures>>;
  /** Seconds in a step. */
  readonly stepSeconds: number;
  readonly steps: readonly Step[];
  /** The same, merged to few enough to be read one by one. */
  readonly rows: readonly Step[];
}

/** More than a wide screen's charts have room for. */
const stepsMax = 720;
const rowsMax = 90;

/**
 * Reads a run once, from first to last line; memory does not grow with it.
 * @throws Failure("usage") for a line that is broken.
 */
export async function digestRun({ path, header, lines }: ReadRun): Promise<RunDigest> {
  const digest = new Digest(path, header);
  try {
    for await (const line of lines) {
      if (line.kind === "slice") digest.slice(line.slice);
      else if (line.kind === "result") digest.result = line.result;
      else if (line.kind === "audit") digest.audit = line.audit;
      else digest.endToEnd(line.endToEnd);
    }
    return digest.digest();
  } finally {
    digest.release();
  }
}

/** Sums up slices, in any order. */
export class Digest {
  result: RunResult | undefined;
  audit: RunAudit | undefined;
  readonly #path: string;
  readonly #header: RunHeader | undefined;
  readonly #figures = new RunFigures();
  readonly #answers = new AnswerSums();
  readonly #timeline = new Timeline(stepsMax);
  readonly #gauges = new Set<string>();
  #warmUpSeconds = 0;
  #endToEndFrom: string | undefined;
  #committed: readonly number[] | undefined;

  constructor(path: string, header: RunHeader | undefined) {
    this.#path = path;
    this.#header = header;
  }

  slice(slice: Slice): void {
    if (slice.second < 0) {
      this.#warmUpSeconds++;
      return;
    }
    this.#decoding(() => {
      this.#figures.add(slice);
      this.#timeline.add(slice);
    });
    this.#answers.add(slice.answers);
    for (const name of Object.keys(slice.gauges)) this.#gauges.add(name);
  }

  endToEnd({ histogram, source, committed }: RunEndToEnd): void {
    this.#decoding(() => this.#figures.end({ endToEnd: histogram }));
    this.#endToEndFrom = source;
    this.#committed = committed;
  }

  digest(): RunDigest {
    const gauges = [...this.#gauges].sort().flatMap((name) => {
      const found = this.#figures.gauge(name);
      return found === undefined ? [] : [[name, { ...found }] as const];
    });
    const latencies = knownLatencies.flatMap((name) => {
      const found = this.#latency(name);
      return found === undefined ? [] : [[name, found] as const];
    });
    return {
      ...{ path: this.#path, header: this.#header, result: this.result, audit: this.audit },
      ...{ seconds: this.#figures.seconds, warmUpSeconds: this.#warmUpSeconds },
      ...{ counts: { ...this.#figures.counts }, answers: this.#answers.sums() },
      endToEndFrom: this.#endToEndFrom,
      latencies: Object.fromEntries(latencies),
      gauges: Object.fromEntries(gauges),
      stepSeconds: this.#timeline.width,
      steps: withCommitted(this.#timeline.steps(), this.#committed),
      rows: withCommitted(this.#timeline.steps(rowsMax), this.#committed),
    };
  }

  release(): void {
    this.#figures.release();
    this.#timeline.release();
  }

  #latency(name: KnownLatency): LatencyFigures | undefined {
    const count = this.#figures.latencyCount(name);
    if (count === 0) return undefined;
    const at = (percentile: number) => this.#figures.latencyMs(name, percentile) ?? 0;
    return {
      ...{ count, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: at(100) },
      curve: curvePercentiles(count).map((percentile) => ({ percentile, ms: at(percentile) })),
    };
  }

  /** What is no histogram was never written by a load. */
  #decoding(work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      throw new Failure(
        "usage",
        {
          what: `${this.#path} holds a histogram that cannot be read: ${cause instanceof Error ? cause.message : cause}`,
          remedy: "give the file that `orders produce` wrote, unchanged",
        },
        { cause },
      );
    }
  }
}

/** Ten for each nine, as far as there are orders to tell them apart. */
function curvePercentiles(count: number): readonly number[] {
  const nines = Math.log10(Math.max(2, count));
  const steps = Math.floor(nines * 10);
  const some = Array.from({ length: steps + 1 }, (_, n) => 100 - 100 / 10 ** (n / 10));
  return [...some, 100];
}
