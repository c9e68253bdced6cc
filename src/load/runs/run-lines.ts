import type { Counts } from "../counts.ts";
import type { AnswerCount, Slice } from "../slice.ts";
import type { MetricUnit } from "../thresholds/metrics.ts";

/** What the first line of every run's file says it is. */
export const runFormat = "orders-run";
/** Readers refuse a greater one; lines of kinds that they do not know they pass over. */
export const runVersion = 1;

/** The machine that made the load. */
export interface RunMachine {
  readonly host: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memory_bytes: number;
  readonly platform: string;
  readonly node: string;
  /** Of 1, 5 and 15 minutes, before the load. */
  readonly load_average: readonly number[];
}

/** The first line: all that is known before the first order. Secrets are masked. */
export interface RunHeader {
  readonly format: typeof runFormat;
  readonly version: typeof runVersion;
  readonly run_id: string;
  /** When the file was made; the clock of the slices starts a little later. */
  readonly started_at: string;
  readonly program: string;
  /** As it can be pasted, without secrets. */
  readonly command: string;
  readonly seed: string;
  readonly target: string;
  /** Where each order's line went; null: nowhere. Not in runs of earlier versions. */
  readonly history?: string | null;
  readonly schedule: {
    readonly rate_per_second: number;
    readonly duration_ms: number;
    readonly orders: number;
    /** Further words of a schedule that is not steady: compared as they are. */
    readonly [detail: string]: unknown;
  };
  readonly workload: Readonly<Record<string, unknown>>;
  readonly limits: Readonly<Record<string, number>>;
  /** By the names of flags: what was in force, from wherever it came. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly machine: RunMachine;
  /** Of the repository that the load was started in, with `-dirty` where files were changed; null: none. */
  readonly revision: string | null;
  /** Who writes it: no pruning while that process runs. */
  readonly process: { readonly pid: number; readonly start: string };
}

/** The last line of a run that ended: its report under --json, but for what the slices say. */
export interface RunResult {
  readonly verdict: string;
  readonly sentence: string;
  readonly end: string;
  /** When the clock of the slices started. */
  readonly started_at: string;
  readonly target: { readonly kind: string; readonly address: string };
  readonly duration_ms: number;
  readonly elapsed_ms: number;
  readonly planned: number;
  readonly counts: Counts;
  readonly target_rate_per_second: number;
  readonly achieved_rate_per_second: number;
  readonly acked_rate_per_second: number;
  readonly exit_code?: number;
  /** In the order they were asked for; none in runs of earlier versions. */
  readonly thresholds?: readonly RunThreshold[];
}

/** What a run's file and `--json` say of a `--fail-if`. */
export interface RunThreshold {
  /** As it was written. */
  readonly threshold: string;
  readonly metric: string;
  readonly state: "held" | "crossed" | "not_measured";
  /** In the metric's unit; null: not measured. */
  readonly value: number | null;
  readonly unit: MetricUnit;
  /** With `for`: the longest time for which every second crossed. */
  readonly crossed_seconds?: number;
  /** Where the value came from, or why there is none. */
  readonly from: string;
}

/** Found after the drain: intended → row committed, whole microseconds, V2 compressed, base64. */
export interface RunEndToEnd {
  readonly histogram: string;
  /** Where the times of commits were read: of transactions, or of rows. */
  readonly source?: string | undefined;
  /** Rows that were committed in each second since the clock of the slices started; not in runs of earlier versions. */
  readonly committed?: readonly number[] | undefined;
}

/** What an audit of the run's orders came to. */
export interface RunAudit {
  readonly verdict: string;
  readonly reason: string;
  readonly checks: readonly RunCheck[];
}

export interface RunCheck {
  readonly check: string;
  readonly status: "pass" | "fail" | "unknown";
  readonly required: boolean;
  readonly expected: string;
  readonly found: string;
  readonly detail?: string;
  readonly examples: readonly string[];
}

/** Every line but the first, by its `kind` in the file. */
export type RunLine =
  | { readonly kind: "slice"; readonly slice: Slice }
  | { readonly kind: "result"; readonly result: RunResult }
  | { readonly kind: "end_to_end"; readonly endToEnd: RunEndToEnd }
  | { readonly kind: "audit"; readonly audit: RunAudit };

/** @returns one line with its line feed. */
export function headerLine(header: RunHeader): string {
  return `${JSON.stringify(header)}\n`;
}

export function sliceLine(slice: Slice): string {
  return bodyLine("slice", slice);
}

/** Of any kind but slices; one that readers do not know does them no harm. */
export function bodyLine(kind: string, body: object): string {
  return `${JSON.stringify({ kind, ...body })}\n`;
}

/** Pure: the kinds of answers of several slices, added up; most frequent first. */
export class AnswerSums {
  readonly #sums = new Map<string, AnswerCount & { count: number }>();

  add(answers: readonly AnswerCount[]): void {
    for (const { state, kind, count, sample } of answers) {
      const known = this.#sums.get(`${state} ${kind}`);
      if (known !== undefined) known.count += count;
      else if (this.#sums.size >= kindsMax && kind !== "others")
        this.add([{ state, kind: "others", count }]);
      else {
        const said = sample === undefined ? {} : { sample };
        this.#sums.set(`${state} ${kind}`, { state, kind, count, ...said });
      }
    }
  }

  sums(): readonly AnswerCount[] {
    return [...this.#sums.values()].sort((a, b) => b.count - a.count);
  }
}

/** As many as the load itself tells apart. */
const kindsMax = 100;
