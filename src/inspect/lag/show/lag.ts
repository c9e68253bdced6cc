import { wholeDuration } from "../../../report/figures.ts";
import { plainTable } from "../../../report/plain-table.ts";
import { standingLines } from "../../../report/standing-lines.ts";
import { sumCell } from "../../../report/sum-cell.ts";
import { shown } from "../../../report/terminal.ts";
import { warningsText } from "../../../report/warnings-text.ts";
import { restText, type WorstRows, worstRows } from "../../../report/worst-rows.ts";
import type { LagReport } from "../watch-lag.ts";

type PartitionLag = LagReport["partitions"][number];

const unknown = "—";

export interface LagLayout {
  /** Characters in a line; undefined where there is no terminal. */
  readonly width: number | undefined;
  /** Lines on the screen; undefined: as many as there are. */
  readonly height?: number | undefined;
  /** Every partition, in order; otherwise the worst five. */
  readonly all: boolean;
}

/** Lines around the rows of the table: heading, frame, sums, what is not known. */
const linesAround = 12;

/** The sums and the worst partitions, or all, and in words what they mean. */
export function lagText(report: LagReport, layout: LagLayout): string {
  const warnings = warningsText(report.warnings, layout.width);
  const warningLines = warnings === "" ? 0 : warnings.split("\n").length;
  const rowsMax =
    layout.height === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(1, layout.height - linesAround - warningLines);
  const chosen: WorstRows<PartitionLag> = layout.all
    ? { rows: report.partitions, left: 0, leftBad: 0 }
    : worstRows(report.partitions, (each) => badness(each, report));
  const rows = chosen.rows.slice(0, rowsMax);
  const cut = chosen.rows.length - rows.length;
  const rest = restText(chosen, wordsOf(report));
  const table = plainTable(
    [
      { name: "partition", align: "right" },
      { name: "log end", align: "right" },
      { name: "group at", align: "right" },
      { name: "lag", align: "right" },
      { name: "db at", align: "right" },
      { name: "lag", align: "right" },
      { name: "placed/s", align: "right" },
      { name: "decided/s", align: "right" },
    ],
    [sumRow(report), ...rows.map(partitionRow)],
    { width: layout.width },
  );
  const members = report.members === null ? "" : `, ${plural(report.members, "member")}`;
  const type =
    report.group_type === null || report.group_type === "classic"
      ? ""
      : `, a ${shown(report.group_type)} group`;
  return [
    `${shown(report.topic)}, group ${shown(report.group)} (${shown(report.group_state ?? "state not known")}${members}${type}), ${report.at}`,
    table,
    ...(cut > 0 ? [`… and ${cut} more partitions; --only-with-lag leaves out the others`] : []),
    ...(rest === "" ? [] : [rest]),
    ...(warnings === "" ? [] : [warnings]),
    ...unknowns(report),
    ...standingLines(report.topic, report.standing),
    drainText(report),
  ].join("\n");
}

function wordsOf({ group_unknown, database_unknown }: LagReport) {
  const known = group_unknown === null || database_unknown === null;
  return known ? { good: "without lag", bad: "behind" } : { good: "empty", bad: "not known" };
}

/** Lost messages first, then what is not known of one partition only, then the most behind. */
function badness(each: PartitionLag, { group_unknown, database_unknown }: LagReport): number {
  if (each.database_lost + each.group_lost > 0) return Number.POSITIVE_INFINITY;
  const lags = [
    ...(database_unknown === null ? [each.database_lag] : []),
    ...(group_unknown === null ? [each.group_lag] : []),
  ];
  return lags.length === 0 ? each.log_end : Math.max(...lags.map((lag) => lag ?? Number.NaN));
}

/** 120, or "120 (34 lost)". */
function lagCell(lag: number | null, lost: number): string {
  return `${whole(lag)}${lost > 0 ? ` (${lost} lost)` : ""}`;
}

function partitionRow(each: PartitionLag): readonly string[] {
  return [
    String(each.partition),
    String(each.log_end),
    whole(each.group_offset),
    lagCell(each.group_lag, each.group_lost),
    whole(each.database_offset),
    lagCell(each.database_lag, each.database_lost),
    rateText(each.placed_per_second),
    rateText(each.decided_per_second),
  ];
}

function sumRow({ total }: LagReport): readonly string[] {
  return [
    "sum",
    String(total.log_end),
    "",
    sumCell(total.group_lag, total.group_lag_at_least, total.group_lost),
    "",
    sumCell(total.database_lag, total.database_lag_at_least, total.database_lost),
    rateText(total.placed_per_second),
    rateText(total.decided_per_second),
  ];
}

function unknowns({ group_unknown, database_unknown }: LagReport): readonly string[] {
  return [
    ...(group_unknown === null ? [] : [`${unknown} group: ${shown(group_unknown)}`]),
    ...(database_unknown === null ? [] : [`${unknown} db: ${shown(database_unknown)}`]),
  ];
}

/** One line for a log: what a person watches. */
export function lagLine({ at, total, warnings, standing }: LagReport): string {
  const parts = [
    at,
    `lag ${sumCell(total.database_lag, total.database_lag_at_least, total.database_lost)} (db)`,
    `${sumCell(total.group_lag, total.group_lag_at_least, total.group_lost)} (group)`,
    `placed ${rateText(total.placed_per_second)}/s`,
    `decided ${rateText(total.decided_per_second)}/s`,
    drainShort(total),
    ...warnings.map((warning) => `! ${shown(warning)}`),
    ...(standing.length === 0
      ? []
      : [`standing: partition ${standing.map(({ partition }) => partition).join(", ")}`]),
  ];
  return parts.join("  ");
}

/** The time to drain, and what it rests on. */
function drainText({ total, interval_ms }: LagReport): string {
  const text = `Time to drain: ${drainShort(total)}`;
  const rated = total.drain !== "drained" && total.drain !== "unknown" && total.drain !== "lost";
  if (!rated || interval_ms === null) return text;
  const seconds = (interval_ms / 1_000).toFixed(1);
  return `${text} (rates of the last ${seconds} s, by the offsets of the ${total.decided_from})`;
}

function drainShort(total: LagReport["total"]): string {
  switch (total.drain) {
    case "drained":
      return "nothing to drain";
    case "draining":
      return `${wholeDuration(Math.ceil(total.seconds_to_drain ?? 0))} at this rate`;
    case "standing":
      return total.decided_per_second === 0
        ? "never at this rate: nothing is decided"
        : "never at this rate: no more is decided than is placed";
    case "growing":
      return "never at this rate: more is placed than decided";
    case "lost":
      return "never: messages are lost";
    case "unknown":
      return `${unknown} (not known)`;
  }
}

function whole(value: number | null): string {
  return value === null ? unknown : String(value);
}

/** Messages a second: whole above a hundred, else one decimal. */
export function rateText(perSecond: number | null): string {
  if (perSecond === null) return unknown;
  return perSecond >= 100 || perSecond === 0 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
