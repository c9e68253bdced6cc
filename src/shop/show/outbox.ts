import { shown } from "../../failure/shown.ts";
import { plainTable, type TableColumn } from "../../report/plain-table.ts";
import type { OutboxCount, OutboxRow } from "../sql/outbox-questions.ts";

const columns: readonly TableColumn[] = [
  { name: "id", align: "right" },
  { name: "order" },
  { name: "seq", align: "right" },
  { name: "event" },
  { name: "status" },
  { name: "refusals", align: "right" },
  { name: "holds back", align: "right" },
  { name: "why" },
];

export type OutboxEventJson = ReturnType<typeof outboxEventJson>;

export function outboxEventJson(row: OutboxRow) {
  return {
    ...row,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    sent_at: row.sent_at?.toISOString() ?? null,
  };
}

export function outboxListText(
  counts: readonly OutboxCount[],
  events: readonly OutboxEventJson[],
  width: number | undefined,
): string {
  if (counts.length === 0) return "the outbox is empty";
  const summary = counts.map(
    ({ status, events: n, age_seconds }) =>
      `${status} ${n}${status === "SENT" ? "" : ` (the oldest for ${Math.round(age_seconds)} s)`}`,
  );
  if (events.length === 0) return `${summary.join(", ")}`;
  const table = plainTable(
    columns,
    events.map((event) => [
      String(event.id),
      event.order_id,
      String(event.sequence),
      event.event_type,
      event.status,
      String(event.retry_count),
      String(event.held_back),
      event.last_error,
    ]),
    { width },
  );
  return `${summary.join(", ")}\n\n${table}`;
}

export function outboxEventText(
  event: OutboxEventJson & { readonly payload: string; readonly traceparent: string | null },
): string {
  const lines: readonly (readonly [string, string | number | null])[] = [
    ["id", event.id],
    ["event", `${event.event_id} ${event.event_type}`],
    ["order", `${event.order_id}, its event ${event.sequence}`],
    ["status", event.status],
    ["refusals", event.retry_count],
    ["next try", event.next_attempt_at],
    ["why", event.last_error],
    ["created", event.created_at],
    ["sent", event.sent_at],
    ["holds back", `${event.held_back} later events of its order`],
    ["trace", event.traceparent],
    ["message", event.payload],
  ];
  return lines
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name.padEnd(11)} ${shown(String(value))}`)
    .join("\n");
}
