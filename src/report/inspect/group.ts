import { plainTable } from "../plain-table.ts";

interface GroupReport {
  readonly group: string;
  readonly state: string;
  readonly assignor: string;
  readonly members: readonly {
    readonly client_id: string;
    readonly member_id: string;
    readonly host: string;
    readonly assigned: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly offsets: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly group_offset: number | null;
    readonly log_end: number | null;
    readonly lag: number | null;
    readonly member: string | null;
  }[];
}

const unknown = "—";

/** @param width characters in a line of the terminal; undefined where there is none. */
export function groupText(report: GroupReport, width: number | undefined): string {
  const { group, state, assignor, members, offsets } = report;
  const how = assignor === "" ? "" : `, assigned by ${assignor}`;
  const sections = [
    `Group ${group}: ${state}, ${members.length} ${members.length === 1 ? "member" : "members"}${how}`,
  ];
  if (members.length > 0) sections.push(memberTable(members, width));
  if (offsets.length === 0) return [...sections, "no offsets committed"].join("\n");
  sections.push(offsetTable(offsets, width));
  return sections.join("\n\n");
}

function memberTable(members: GroupReport["members"], width: number | undefined): string {
  return plainTable(
    [{ name: "client" }, { name: "host" }, { name: "topic" }, { name: "partitions" }],
    members.flatMap(({ client_id, host, assigned }) => {
      const topics = Object.entries(assigned);
      if (topics.length === 0) return [[client_id, host, "", "none"]];
      return topics.map(([topic, partitions]) => [client_id, host, topic, ranges(partitions)]);
    }),
    { width },
  );
}

function offsetTable(offsets: GroupReport["offsets"], width: number | undefined): string {
  const lags = offsets.map(({ lag }) => lag);
  const known = lags.reduce<number>((sum, lag) => sum + (lag ?? 0), 0);
  const sum = lags.includes(null) ? (known > 0 ? `≥ ${known}` : unknown) : String(known);
  return plainTable(
    [
      { name: "topic" },
      { name: "partition", align: "right" },
      { name: "group at", align: "right" },
      { name: "log end", align: "right" },
      { name: "lag", align: "right" },
      { name: "read by" },
    ],
    [
      ...offsets.map((each) => [
        each.topic,
        String(each.partition),
        ...[each.group_offset, each.log_end, each.lag].map((n) =>
          n === null ? unknown : String(n),
        ),
        each.member ?? "nobody",
      ]),
      ["sum", "", "", "", sum, ""],
    ],
    { width },
  );
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
