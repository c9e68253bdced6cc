import { plainTable } from "../../../report/plain-table.ts";
import { sumCell } from "../../../report/sum-cell.ts";
import { shown } from "../../../report/terminal.ts";
import { warningsText } from "../../../report/warnings-text.ts";
import { restText, worstRows } from "../../../report/worst-rows.ts";
import type { GroupReport } from "../describe-group.ts";

const unknown = "—";

const kinds: Readonly<Record<string, string>> = {
  consumer: "consumer group of the newer protocol (KIP-848)",
  share: "share group",
  streams: "streams group",
  other: "group of another protocol than consumers'",
};

export interface GroupLayout {
  /** Characters in a line of the terminal; undefined where there is none. */
  readonly width: number | undefined;
  /** Every partition, in order; otherwise the worst five. */
  readonly all: boolean;
}

export function groupText(report: GroupReport, layout: GroupLayout): string {
  const { group, type, state, assignor, members, offsets, warnings } = report;
  const { width } = layout;
  const kind = kinds[type];
  const how = assignor === "" ? "" : `, assigned by ${shown(assignor)}`;
  const sections = [
    `Group ${shown(group)}${kind === undefined ? "" : `, a ${kind}`}: ${shown(state)}, ${members.length} ${members.length === 1 ? "member" : "members"}${how}`,
  ];
  if (warnings.length > 0) sections.push(warningsText(warnings, width));
  if (members.length > 0) sections.push(memberTable(members, width));
  if (offsets.length === 0) return [...sections, "no offsets committed"].join("\n");
  sections.push(offsetTable(offsets, layout));
  return sections.join("\n\n");
}

function memberTable(members: GroupReport["members"], width: number | undefined): string {
  const compared = members.some(({ writes_here }) => writes_here !== null);
  return plainTable(
    [
      ...[{ name: "client" }, { name: "host" }, { name: "topic" }, { name: "partitions" }],
      ...(compared ? [{ name: "writes to" }] : []),
    ],
    members.flatMap(({ client_id, host, assigned, writes_here }) => {
      const topics = Object.entries(assigned);
      const rows =
        topics.length === 0
          ? [["", "none"] as const]
          : topics.map(([topic, partitions]) => [topic, ranges(partitions)] as const);
      const where =
        writes_here === null ? unknown : writes_here ? "this database" : "another database";
      return rows.map((row) => [client_id, host, ...row, ...(compared ? [where] : [])]);
    }),
    { width },
  );
}

function offsetTable(offsets: GroupReport["offsets"], { width, all }: GroupLayout): string {
  const lags = offsets.map(({ lag }) => lag);
  const known = lags.reduce<number>((sum, lag) => sum + (lag ?? 0), 0);
  const lost = offsets.reduce((sum, each) => sum + each.lost, 0);
  const sum = sumCell(lags.includes(null) ? null : known, known, lost);
  const chosen = all
    ? { rows: offsets, left: 0, leftBad: 0 }
    : worstRows(offsets, (each) =>
        each.lost > 0 ? Number.POSITIVE_INFINITY : (each.lag ?? Number.NaN),
      );
  const rest = restText(chosen, { good: "without lag", bad: "behind" });
  const table = plainTable(
    [
      { name: "topic" },
      { name: "partition", align: "right" },
      { name: "group at", align: "right" },
      { name: "log end", align: "right" },
      { name: "lag", align: "right" },
      { name: "read by" },
    ],
    [
      [topicsOf(offsets), "sum", "", "", sum, ""],
      ...chosen.rows.map((each) => [
        each.topic,
        String(each.partition),
        ...[each.group_offset, each.log_end].map((n) => (n === null ? unknown : String(n))),
        sumCell(each.lag, 0, each.lost),
        each.member ?? "nobody",
      ]),
    ],
    { width },
  );
  return rest === "" ? table : `${table}\n${rest}`;
}

function topicsOf(offsets: GroupReport["offsets"]): string {
  const topics = new Set(offsets.map(({ topic }) => topic));
  return topics.size === 1 ? ([...topics][0] ?? "") : `${topics.size} topics`;
}

/** Pure: 0 1 2 5 → 0-2 5 */
export function ranges(sorted: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    parts.push(end === at ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`);
    at = end + 1;
  }
  return parts.join(" ");
}
