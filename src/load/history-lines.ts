import type { HistoryRun } from "./history.ts";
import type { Answer } from "./target.ts";
import type { OrderChange, PlannedOrder } from "./workload.ts";

/**
 * Format 2 of a history, NDJSON. The first line is the header, the last of a run that was not killed
 * says how many orders there are; in between each order `n` (from 0) has two lines, three if it is
 * changed:
 *
 * | line | written | fields |
 * | --- | --- | --- |
 * | intent | before the order leaves | n, order_id, customer_id, key, lines, due_us, change (planned), warm_up |
 * | outcome | after | n, state, kind, sent_us, answered_us, order_id (if another), change (asked for next) |
 * | change | after | n, change, change_state, change_kind, answered_us |
 *
 * An outcome that says `change` is the intent of that change: it is written before the change leaves.
 * Times are whole microseconds since the header's `started_at_ms`; fields without a value are absent.
 */
export const historyFormat = 2;

/*
 * Lines are put together by hand: JSON.stringify of the same as an object takes four times as long,
 * and a load writes two of them per order beside its sending.
 */

export function headerLine({ runId, seed, startedAtMs }: HistoryRun): string {
  const header = { orders_history: historyFormat, run_id: runId, seed, started_at_ms: startedAtMs };
  return `${JSON.stringify(header)}\n`;
}

export function intentLine(n: number, order: PlannedOrder, dueUs: number, warmUp: boolean): string {
  let lines = "";
  for (const { productId, quantity, amount } of order.lines) {
    const comma = lines === "" ? "" : ",";
    lines += `${comma}{"product_id":${quoted(productId)},"quantity":${quantity},"amount":${amount}}`;
  }
  const change = order.change === undefined ? "" : `,"change":"${order.change}"`;
  return `{"n":${n},"order_id":${quoted(order.orderId)},"customer_id":${quoted(order.customerId)},"key":${quoted(order.key)},"lines":[${lines}],"due_us":${dueUs}${change}${warmUp ? ',"warm_up":true' : ""}}\n`;
}

/** @param change what is asked of the order now. */
export function outcomeLine(
  n: number,
  { state, kind, orderId }: Answer,
  sentUs: number | undefined,
  answeredUs: number,
  change: OrderChange | undefined,
): string {
  const sent = sentUs === undefined ? "" : `,"sent_us":${sentUs}`;
  const other = orderId === undefined ? "" : `,"order_id":${quoted(orderId)}`;
  const next = change === undefined ? "" : `,"change":"${change}"`;
  return `{"n":${n},"state":"${state}","kind":${quoted(kind)}${sent},"answered_us":${answeredUs}${other}${next}}\n`;
}

export function changeLine(
  n: number,
  change: OrderChange,
  { state, kind }: Answer,
  answeredUs: number,
): string {
  return `{"n":${n},"change":"${change}","change_state":"${state}","change_kind":${quoted(kind)},"answered_us":${answeredUs}}\n`;
}

export function endLine(orders: number): string {
  return `{"closed":true,"orders":${orders}}\n`;
}

/** Ids, keys and status codes are of these; to see that takes less than to escape them. */
const plain = /^[\w.:#-]*$/;

function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
