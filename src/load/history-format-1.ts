import type { HistoryChange, HistoryEntry } from "./history.ts";
import {
  BadLine,
  changeIn,
  type Json,
  kindIn,
  linesIn,
  orderTextIn,
  stateIn,
  timeIn,
} from "./history-fields.ts";

/**
 * Format 1 of a history, which had no header: one line for each order, written when it was settled.
 * Times were milliseconds since the epoch.
 * @throws BadLine
 */
export function parseEntry(body: Json): HistoryEntry {
  const { key, sent_at_ms } = body;
  if (typeof key !== "string") throw new BadLine("key is not a text");
  return {
    orderId: orderTextIn(body.order_id, "order_id"),
    customerId: orderTextIn(body.customer_id, "customer_id"),
    key,
    lines: linesIn(body.lines),
    state: stateIn(body.state, "state"),
    kind: kindIn(body.kind),
    intendedAtMs: timeIn(body.intended_at_ms, "intended_at_ms"),
    sentAtMs: typeof sent_at_ms === "number" ? sent_at_ms : undefined,
    answeredAtMs: timeIn(body.answered_at_ms, "answered_at_ms"),
    change: parseChange(body),
  };
}

function parseChange(body: Json): HistoryChange | undefined {
  const name = changeIn(body.change);
  if (name === undefined) return undefined;
  return {
    name,
    state: stateIn(body.change_state, "change_state"),
    kind: kindIn(body.change_kind),
    answeredAtMs: timeIn(body.change_answered_at_ms, "change_answered_at_ms"),
  };
}
