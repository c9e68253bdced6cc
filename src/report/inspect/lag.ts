import { plainTable } from "../plain-table.ts";
import { duration } from "../stack-status.ts";

interface PartitionLag {
  readonly partition: number;
  readonly log_end: number;
  readonly group_offset: number | null;
  readonly group_lag: number | null;
  readonly database_offset: number | null;
  readonly database_lag: number | null;
  readonly placed_per_second: number | null;
  readonly decided_per_second: number | null;
}

interface LagReport {
  readonly at: string;
  readonly topic: string;
  readonly group: string;
  readonly group_state: string | null;
  readonly members: number | null;
  readonly group_unknown: string | null;
  readonly database_unknown: string | null;
  readonly interval_ms: number | null;
  readonly total: {
    readonly log_end: number;
    readonly group_lag: number | null;
    readonly group_lag_at_least: number;
    readonly database_lag: number | null;
    readonly database_lag_at_least: number;
    readonly placed_per_second: number | null;
    readonly decided_per_second: number | null;
    readonly decided_from: "database" | "group" | null;
    readonly seconds_to_drain: number | null;
    readonly drain: "drained" | "draining" | "standing" | "growing" | "unknown";
  };
  readonly partitions: readonly PartitionLag[];
}

const unknown = "—";

export interface LagLayout {
  /** Characters in a line; undefined where there is no terminal. */
  readonly width: number | undefined;
  /** Lines on the screen; undefined: as many as there are. */
  readonly height?: number | undefined;
}

/** Lines around the rows of the table: heading, frame, sums, what is not known. */
const linesAround = 12;

/** The table of partitions with its sums, and in words what they mean. */
export function lagText(report: LagReport, layout: LagLayout): string {
  const rowsMax =
    layout.height === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(1, layout.height - linesAround);
  const rows = report.partitions.slice(0, rowsMax);
  const cut = report.partitions.length - rows.length;
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
    [...rows.map(partitionRow), sumRow(report)],
    { width: layout.width },
  );
  const members = report.members === null ? "" : `, ${plural(report.members, "member")}`;
  return [
    `${report.topic}, group ${report.group} (${report.group_state ?? "state not known"}${members}), ${report.at}`,
    table,
    ...(cut > 0 ? [`… and ${cut} more partitions; --only-with-lag leaves out the others`] : []),
    ...unknowns(report),
    drainText(report),
  ].join("\n");
}

function partitionRow(each: PartitionLag): readonly string[] {
  return [
    String(each.partition),
    String(each.log_end),
    whole(each.group_offset),
    whole(each.group_lag),
    whole(each.database_offset),
    whole(each.database_lag),
    rateText(each.placed_per_second),
    rateText(each.decided_per_second),
  ];
}

function sumRow({ total }: LagReport): readonly string[] {
  return [
    "sum",
    String(total.log_end),
    "",
    atLeast(total.group_lag, total.group_lag_at_least),
    "",
    atLeast(total.database_lag, total.database_lag_at_least),
    rateText(total.placed_per_second),
    rateText(total.decided_per_second),
  ];
}

function unknowns({ group_unknown, database_unknown }: LagReport): readonly string[] {
  return [
    ...(group_unknown === null ? [] : [`${unknown} group: ${group_unknown}`]),
    ...(database_unknown === null ? [] : [`${unknown} db: ${database_unknown}`]),
  ];
}

/** One line for a log: what a person watches. */
export function lagLine({ at, total }: LagReport): string {
  const parts = [
    at,
    `lag ${atLeast(total.database_lag, total.database_lag_at_least)} (db)`,
    `${atLeast(total.group_lag, total.group_lag_at_least)} (group)`,
    `placed ${rateText(total.placed_per_second)}/s`,
    `decided ${rateText(total.decided_per_second)}/s`,
    drainShort(total),
  ];
  return parts.join("  ");
}

/** The time to drain, and what it rests on. */
function drainText({ total, interval_ms }: LagReport): string {
  const text = `Time to drain: ${drainShort(total)}`;
  if (total.drain === "drained" || total.drain === "unknown" || interval_ms === null) return text;
  const seconds = (interval_ms / 1_000).toFixed(1);
  return `${text} (rates of the last ${seconds} s, by the offsets of the ${total.decided_from})`;
}

function drainShort(total: LagReport["total"]): string {
  switch (total.drain) {
    case "drained":
      return "nothing to drain";
    case "draining":
      return `${duration(Math.ceil(total.seconds_to_drain ?? 0))} at this rate`;
    case "standing":
      return total.decided_per_second === 0
        ? "never at this rate: nothing is decided"
        : "never at this rate: no more is decided than is placed";
    case "growing":
      return "never at this rate: more is placed than decided";
    case "unknown":
      return `${unknown} (not known)`;
  }
}

function atLeast(sum: number | null, known: number): string {
  if (sum !== null) return String(sum);
  return known > 0 ? `≥ ${known}` : unknown;
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
