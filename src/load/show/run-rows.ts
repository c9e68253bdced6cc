import { formatDuration } from "../../ports/duration.ts";
import { bytes, count, milliseconds, percent, perSecond } from "../../report/figures.ts";
import { type KnownLatency, knownLatencies, type RunDigest } from "../runs/digest-run.ts";
import { ratesOf } from "../runs/run-rates.ts";

/** What each rendering of a run tells, as rows of text; each shows it in its own way. */

export const latencyWords: Readonly<Record<KnownLatency, { name: string; span: string }>> = {
  schedule_lag: { name: "Schedule lag", span: "intended → sent" },
  service: { name: "Service", span: "sent → answered" },
  response: { name: "Response", span: "intended → answered" },
  end_to_end: { name: "End to end", span: "intended → row committed" },
  database: { name: "Database", span: "round trip of one statement" },
};

export interface GaugeWords {
  readonly title: string;
  readonly unit: "count" | "ms" | "share";
  /** In a step of several seconds. */
  readonly of: "max" | "mean";
}

/** Those that are not here are shown by their own names. */
export const gaugeWords: Readonly<Record<string, GaugeWords>> = {
  lag: { title: "Messages the consumer group has not read", unit: "count", of: "max" },
  in_flight: { title: "Orders without an answer", unit: "count", of: "max" },
  loop_delay_ms_max: { title: "Generator: event loop held up", unit: "ms", of: "max" },
  generator_cpu_share: { title: "Generator: CPU, of one core", unit: "share", of: "mean" },
  generator_core_wait_share: {
    title: "Generator: others had the cores",
    unit: "share",
    of: "mean",
  },
  network_share: { title: "Network: busiest interface", unit: "share", of: "max" },
  lock_wait_ms: { title: "Waiting for locks", unit: "ms", of: "max" },
  transactions: { title: "Transactions", unit: "count", of: "max" },
};

export function wordsOfGauge(name: string): GaugeWords {
  if (Object.hasOwn(gaugeWords, name)) return gaugeWords[name] as GaugeWords;
  const unit = /_share(_|$)/.test(name) ? "share" : /_ms(_|$)/.test(name) ? "ms" : "count";
  return { title: name, unit, of: "max" };
}

export function gaugeText(value: number, unit: GaugeWords["unit"]): string {
  if (unit === "ms") return milliseconds(value);
  if (unit === "share") return percent(value);
  return count(Math.round(value * 10) / 10);
}

export function countRows({ counts }: RunDigest): readonly (readonly [string, string, string])[] {
  const share = (part: number) =>
    counts.offered === 0 ? "" : `${((part * 100) / counts.offered).toFixed(2)} %`;
  const row = (name: string, part: number) => [name, count(part), share(part)] as const;
  const settled = counts.acked + counts.failed + counts.unknown + counts.dropped;
  const open = counts.offered - settled;
  return [
    row("acked", counts.acked),
    row("+ failed", counts.failed),
    row("+ unknown", counts.unknown),
    row("+ dropped", counts.dropped),
    // Of a run that was killed: nobody wrote down what became of them.
    ...(open > 0 ? [row("+ no answer yet", open)] : []),
    row("= offered", counts.offered),
  ];
}

export function rateRows(digest: RunDigest): readonly (readonly [string, string])[] {
  const { target, achieved, acked } = ratesOf(digest);
  const text = (rate: number | undefined) => (rate === undefined ? "not known" : perSecond(rate));
  return [
    ["asked", text(target)],
    ["sent", text(achieved)],
    ["acknowledged", text(acked)],
  ];
}

export const latencyColumns = ["latency", "orders", "p50", "p90", "p99", "p99.9", "max"] as const;

/** @param spans false: where there is no room to say from when to when. */
export function latencyRows(
  { latencies }: RunDigest,
  spans = true,
): readonly (readonly string[])[] {
  return knownLatencies.flatMap((name) => {
    const found = latencies[name];
    if (found === undefined) return [];
    const { p50, p90, p99, p999, max } = found;
    const times = [p50, p90, p99, p999, max].map(milliseconds);
    const { name: word, span } = latencyWords[name];
    return [[spans ? `${word} (${span})` : word, count(found.count), ...times]];
  });
}

const answerColumns = ["answer", "state", "said", "count"] as const;

/** Without the column of what was said where nothing was. */
export function answerRows({ answers }: RunDigest): {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const isSaid = answers.some(({ sample }) => sample !== undefined);
  const columns = answerColumns.filter((name) => isSaid || name !== "said");
  return {
    columns,
    rows: answers.map(({ kind, state, sample = "", count: n }) => [
      ...[kind, state],
      ...(isSaid ? [sample.replaceAll(/\s+/g, " ")] : []),
      count(n),
    ]),
  };
}

/** Columns of words, not of figures. */
export function isWords(column: string): boolean {
  return ["state", "said", "came to", "from"].includes(column);
}

export function gaugeRows({ gauges }: RunDigest): readonly (readonly string[])[] {
  return Object.entries(gauges).map(([name, { mean, max, last }]) => {
    const { title, unit } = wordsOfGauge(name);
    return [title, ...[mean, max, last].map((value) => gaugeText(value, unit))];
  });
}

/** Where the load came from: what its figures are worth nothing without. */
export function originRows(digest: RunDigest): readonly (readonly [string, string])[] {
  const { header, result, seconds, warmUpSeconds, stepSeconds } = digest;
  const target =
    result === undefined ? header?.target : `${result.target.kind}, ${result.target.address}`;
  const rows: (readonly [string, string] | undefined)[] = [
    header && ["run", header.run_id],
    header && ["begun", `${header.started_at.slice(0, 19).replace("T", " ")} UTC`],
    header && [
      "asked",
      `${count(header.schedule.orders)} orders in ${formatDuration(header.schedule.duration_ms)}, ${perSecond(header.schedule.rate_per_second)}`,
    ],
    target === undefined ? undefined : ["target", target],
    [
      "seconds",
      `${count(seconds)}${warmUpSeconds > 0 ? ` after ${count(warmUpSeconds)} of warm-up` : ""}${stepSeconds > 1 ? `; charts show steps of ${stepSeconds} s` : ""}`,
    ],
    header && ["command", header.command],
    header && ["seed", header.seed],
    header && ["revision", header.revision ?? "no repository"],
    header && ["program", header.program],
    header && ["machine", machineText(header.machine)],
    ["file", digest.path],
  ];
  return rows.filter((row) => row !== undefined);
}

function machineText(machine: NonNullable<RunDigest["header"]>["machine"]): string {
  const load = machine.load_average.map((each) => each.toFixed(2)).join(", ");
  return `${machine.host}: ${machine.cores} × ${machine.cpu}, ${bytes(machine.memory_bytes)}, ${machine.platform}, Node ${machine.node}; load average before ${load}`;
}

/** What was in force: settings, limits and workload. */
export function settingRows({ header }: RunDigest): readonly (readonly [string, string])[] {
  if (header === undefined) return [];
  const { limits, workload, settings } = header;
  return Object.entries({ ...limits, ...workload, ...settings }).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

export function runVerdict({ header, result }: RunDigest): {
  readonly good: boolean;
  readonly text: string;
} {
  if (header === undefined)
    return {
      good: false,
      text: "Of a history: what was asked for is not known, so nothing is judged.",
    };
  if (result === undefined)
    return {
      good: false,
      text: "This run did not end: it was killed, or is under way. What it had written is reported.",
    };
  return { good: result.verdict === "delivered", text: result.sentence };
}

export function auditText({ verdict, reason }: NonNullable<RunDigest["audit"]>): string {
  return `Audit: ${verdict}. ${reason}`;
}
