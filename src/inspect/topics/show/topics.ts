import { wholeDuration } from "../../../report/figures.ts";
import { plainTable } from "../../../report/plain-table.ts";
import { restText, worstRows } from "../../../report/worst-rows.ts";
import type { TopicDescription } from "../describe-topic.ts";
import type { TopicRow } from "../list-topics.ts";

const unknown = "—";

/** @param width characters in a line of the terminal; undefined where there is none. */
export function topicListText(topics: readonly TopicRow[], width: number | undefined): string {
  if (topics.length === 0) return "no topics";
  return plainTable(
    [
      { name: "topic" },
      { name: "partitions", align: "right" },
      { name: "replicas", align: "right" },
      { name: "messages", align: "right" },
      { name: "size", align: "right" },
      { name: "kept" },
    ],
    topics.map((row) => [
      row.topic,
      String(row.partitions),
      row.under_replicated === 0
        ? String(row.replicas)
        : `${row.replicas} (${row.under_replicated} behind)`,
      row.messages === null ? unknown : String(row.messages),
      bytesText(row.bytes),
      keptText(row),
    ]),
    { width },
  );
}

function keptText({ cleanup_policy, retention_ms, retention_bytes }: TopicRow): string {
  if (cleanup_policy === null) return unknown;
  const limits = [
    ...(retention_ms === null ? [] : [wholeDuration(Math.round(retention_ms / 1_000))]),
    ...(retention_bytes === null ? [] : [`${bytesText(retention_bytes)} a partition`]),
  ];
  const deleted = limits.length === 0 ? "for ever" : limits.join(" or ");
  if (cleanup_policy === "delete") return deleted;
  return cleanup_policy === "compact" ? "last of each key" : `last of each key, ${deleted}`;
}

type TopicPartition = TopicDescription["partitions"][number];

export interface TopicLayout {
  /** Characters in a line of the terminal; undefined where there is none. */
  readonly width: number | undefined;
  /** Every partition, in order; otherwise the worst five. */
  readonly all: boolean;
}

export function topicText(
  { partitions, config }: TopicDescription,
  { width, all }: TopicLayout,
): string {
  const chosen = all ? { rows: partitions, left: 0, leftBad: 0 } : worstRows(partitions, badness);
  const rest = restText(chosen, { good: "without messages", bad: "no fuller" });
  const rows = plainTable(
    [
      { name: "partition", align: "right" },
      { name: "leader", align: "right" },
      { name: "replicas" },
      { name: "in sync" },
      { name: "low", align: "right" },
      { name: "high", align: "right" },
      { name: "messages", align: "right" },
      { name: "size", align: "right" },
    ],
    [sumRow(partitions), ...chosen.rows.map(partitionRow)],
    { width },
  );
  const table = rest === "" ? rows : `${rows}\n${rest}`;
  if (config.length === 0) return `${table}\n\nEvery setting is Kafka's default.`;
  const settings = plainTable(
    [{ name: "setting" }, { name: "value" }, { name: "set by" }],
    config.map(({ name, value, source }) => [name, value ?? "(secret)", source]),
    { width },
  );
  return `${table}\n\n${settings}`;
}

/** Without a leader, then with replicas that are behind, then not known, then the fullest. */
function badness(each: TopicPartition): number {
  if (each.leader === null) return Number.POSITIVE_INFINITY;
  if (each.in_sync.length < each.replicas.length) return Number.MAX_VALUE;
  return each.messages ?? Number.MAX_SAFE_INTEGER;
}

function partitionRow(each: TopicPartition): readonly string[] {
  return [
    String(each.partition),
    each.leader === null ? "none" : String(each.leader),
    each.replicas.join(" "),
    each.in_sync.join(" "),
    ...[each.log_start, each.log_end, each.messages].map((n) => (n === null ? unknown : String(n))),
    bytesText(each.bytes),
  ];
}

/** Of all partitions; what is behind or without a leader is counted. */
function sumRow(partitions: readonly TopicPartition[]): readonly string[] {
  const leaderless = partitions.filter(({ leader }) => leader === null).length;
  const behind = partitions.filter((each) => each.in_sync.length < each.replicas.length).length;
  return [
    `sum of ${partitions.length}`,
    leaderless === 0 ? "" : `${leaderless} none`,
    "",
    behind === 0 ? "all" : `${behind} behind`,
    "",
    "",
    sumOf(
      partitions.map(({ messages }) => messages),
      String,
    ),
    sumOf(
      partitions.map(({ bytes }) => bytes),
      bytesText,
    ),
  ];
}

function sumOf(values: readonly (number | null)[], text: (sum: number) => string): string {
  const known = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  if (!values.includes(null)) return text(known);
  return known > 0 ? `≥ ${text(known)}` : unknown;
}

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** 0 bytes, 12.3 KiB, … */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return unknown;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
