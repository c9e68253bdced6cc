import { formatDuration } from "../../ports/duration.ts";
import { bytes, count, perSecond } from "../../report/figures.ts";
import { plainTable } from "../../report/plain-table.ts";
import type { RunDigest } from "../runs/digest-run.ts";
import type { ListedRun } from "../runs/list-runs.ts";
import { originRows, runVerdict, settingRows } from "./run-rows.ts";

/** A run in a list; null: not known, or not ended. */
export interface RunJson {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly state: "ended" | "running" | "killed" | "unreadable";
  readonly run_id: string | null;
  readonly started_at: string | null;
  readonly target: string | null;
  readonly rate_per_second: number | null;
  readonly duration_ms: number | null;
  readonly revision: string | null;
  readonly verdict: string | null;
  readonly counts: NonNullable<ListedRun["result"]>["counts"] | null;
}

export interface RunListJson {
  readonly directory: string;
  readonly runs: readonly RunJson[];
}

type Run = ListedRun & { readonly running: boolean };

export function runListJson(directory: string, runs: readonly Run[]): RunListJson {
  return { directory, runs: runs.map(runJson) };
}

function runJson(run: Run): RunJson {
  const { header, result } = run;
  return {
    ...{ name: run.name, file: run.path, bytes: run.bytes, state: stateOf(run) },
    run_id: header?.run_id ?? null,
    started_at: header?.started_at ?? null,
    target: header?.target ?? null,
    rate_per_second: header?.schedule.rate_per_second ?? null,
    duration_ms: header?.schedule.duration_ms ?? null,
    revision: header?.revision ?? null,
    verdict: result?.verdict ?? null,
    counts: result?.counts ?? null,
  };
}

function stateOf({ header, result, running }: Run): RunJson["state"] {
  if (header === undefined) return "unreadable";
  if (result !== undefined) return "ended";
  return running ? "running" : "killed";
}

export function runListText(
  directory: string,
  runs: readonly Run[],
  width: number | undefined,
): string {
  if (runs.length === 0)
    return `No run is written down in ${directory}. \`orders produce\` writes one.`;
  return plainTable(
    [
      ...[{ name: "begun (UTC)" }, { name: "run" }, { name: "target" }],
      ...[{ name: "asked" }, { name: "acknowledged", align: "right" as const }],
      ...[{ name: "verdict" }, { name: "size", align: "right" as const }],
    ],
    runs.map((run) => {
      const { header, result } = run;
      const schedule = header?.schedule;
      return [
        header === undefined ? null : header.started_at.slice(0, 19).replace("T", " "),
        header?.run_id ?? run.name,
        header?.target ?? null,
        schedule === undefined
          ? null
          : `${perSecond(schedule.rate_per_second)} for ${formatDuration(schedule.duration_ms)}`,
        result === undefined
          ? null
          : `${count(result.counts.acked)} of ${count(result.counts.offered)}`,
        result?.verdict ??
          { ended: "", running: "running", killed: "did not end", unreadable: "unreadable" }[
            stateOf(run)
          ],
        bytes(run.bytes),
      ];
    }),
    { width },
  );
}

export function runShowText(digest: RunDigest, width: number | undefined): string {
  const rows = [["verdict", runVerdict(digest).text], ...originRows(digest)] as const;
  const table = (name: string, of: readonly (readonly [string, string])[]) =>
    plainTable([{ name }, { name: "value" }], of, { width });
  return [
    table(
      "run",
      rows.map(([name, text]) => [name, text] as const),
    ),
    table("in force", settingRows(digest)),
  ].join("\n");
}

/** What `orders runs prune` is about to remove, for whoever agrees to it. */
export function pruneLoss(runs: readonly ListedRun[]): {
  readonly command: string;
  readonly what: string;
  readonly items: readonly string[];
} {
  const [first, last] = [runs[0], runs.at(-1)];
  const span = runs.length === 1 ? `${first?.name}` : `${first?.name} to ${last?.name}`;
  return {
    command: "runs prune",
    what: "removes runs",
    items: [`${amount(runs)}: ${span}`],
  };
}

export function prunedLine(runs: readonly ListedRun[]): string {
  return runs.length === 0 ? "Nothing to remove." : `Removed ${amount(runs)}.`;
}

function amount(runs: readonly ListedRun[]): string {
  const size = bytes(runs.reduce((sum, run) => sum + run.bytes, 0));
  return `${count(runs.length)} ${runs.length === 1 ? "run" : "runs"}, ${size}`;
}
