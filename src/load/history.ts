import { createReadStream } from "node:fs";
import { Failure } from "../failure/failure.ts";
import { isOrderText, type OrderLine } from "../order/order.ts";
import { type OrderState, orderStates } from "./target.ts";
import { type OrderChange, orderChanges } from "./workload.ts";

/**
 * One order of a load and what became of it: the raw result that reports and audits are derived
 * from. Times are milliseconds since the epoch, with fractions.
 */
export interface HistoryEntry {
  /** A UUID, unless the system gave the order an id of its own. */
  readonly orderId: string;
  readonly customerId: string;
  /** Its Idempotency-Key: sending it again cannot make a second order. */
  readonly key: string;
  readonly lines: readonly OrderLine[];
  readonly state: OrderState;
  /** Status code or kind of error. */
  readonly kind: string;
  readonly intendedAtMs: number;
  /** When its bytes left; undefined when they never did. */
  readonly sentAtMs: number | undefined;
  /** When its answer came, or when it was given up. */
  readonly answeredAtMs: number;
  /** What was asked of it once it was accepted, and what came of that. */
  readonly change?: HistoryChange | undefined;
}

export interface HistoryChange {
  readonly name: OrderChange;
  readonly state: OrderState;
  readonly kind: string;
  readonly answeredAtMs: number;
}

/** @returns one line of NDJSON, with its line feed. */
export function historyLine(entry: HistoryEntry): string {
  return `${JSON.stringify({
    order_id: entry.orderId,
    customer_id: entry.customerId,
    key: entry.key,
    lines: entry.lines.map(({ productId, quantity, amount }) => ({
      product_id: productId,
      quantity,
      amount,
    })),
    state: entry.state,
    kind: entry.kind,
    intended_at_ms: toMicrosecond(entry.intendedAtMs),
    sent_at_ms: entry.sentAtMs === undefined ? null : toMicrosecond(entry.sentAtMs),
    answered_at_ms: toMicrosecond(entry.answeredAtMs),
    ...(entry.change && {
      change: entry.change.name,
      change_state: entry.change.state,
      change_kind: entry.change.kind,
      change_answered_at_ms: toMicrosecond(entry.change.answeredAtMs),
    }),
  })}\n`;
}

/**
 * Reads a history back, one entry at a time. A last line without line feed is what a killed run
 * leaves: `onTruncated` is told, and the entries before it stand.
 * @throws Failure("usage") when the file cannot be read or another line is no entry of a history.
 */
export async function* readHistory(
  path: string,
  onTruncated: () => void = () => {},
): AsyncGenerator<HistoryEntry> {
  let number = 0;
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield parseHistoryLine(line, `${path}:${++number}`);
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "usage",
      {
        what: `the history ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
        remedy: "give the file that `orders produce --history FILE` wrote",
      },
      { cause },
    );
  }
  if (rest !== "") onTruncated();
}

/**
 * @param where file and line, for the error.
 * @throws Failure("usage") that names the field.
 */
export function parseHistoryLine(line: string, where: string): HistoryEntry {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw notAnEntry(where, "it is not JSON");
  }
  if (typeof json !== "object" || json === null) throw notAnEntry(where, "it is not an object");
  const body = json as Record<string, unknown>;
  const { order_id, customer_id, key, lines, state, kind } = body;
  if (!isOrderText(order_id)) throw notAnEntry(where, "order_id is not a text");
  if (!isOrderText(customer_id)) throw notAnEntry(where, "customer_id is not a text");
  if (typeof key !== "string") throw notAnEntry(where, "key is not a text");
  if (!Array.isArray(lines) || lines.length === 0) throw notAnEntry(where, "lines is empty");
  if (!orderStates.includes(state as OrderState)) throw notAnEntry(where, "state is unknown");
  const { intended_at_ms, sent_at_ms, answered_at_ms } = body;
  if (typeof intended_at_ms !== "number" || typeof answered_at_ms !== "number") {
    throw notAnEntry(where, "a time is missing");
  }
  return {
    orderId: order_id,
    customerId: customer_id,
    key,
    lines: lines.map((each: unknown) => parseLine(each, where)),
    state: state as OrderState,
    kind: typeof kind === "string" ? kind : "",
    intendedAtMs: intended_at_ms,
    sentAtMs: typeof sent_at_ms === "number" ? sent_at_ms : undefined,
    answeredAtMs: answered_at_ms,
    change: parseChange(body, where),
  };
}

function parseChange(body: Record<string, unknown>, where: string): HistoryChange | undefined {
  const { change: name, change_state: state, change_kind: kind } = body;
  const { change_answered_at_ms: answeredAtMs } = body;
  if (name === undefined) return undefined;
  if (!orderChanges.includes(name as OrderChange)) throw notAnEntry(where, "change is unknown");
  if (!orderStates.includes(state as OrderState))
    throw notAnEntry(where, "change_state is unknown");
  if (typeof answeredAtMs !== "number") throw notAnEntry(where, "a time is missing");
  return {
    name: name as OrderChange,
    state: state as OrderState,
    kind: typeof kind === "string" ? kind : "",
    answeredAtMs,
  };
}

function parseLine(json: unknown, where: string): OrderLine {
  const { product_id, quantity, amount } = (json ?? {}) as Record<string, unknown>;
  if (isOrderText(product_id) && Number.isInteger(quantity) && typeof amount === "number") {
    return { productId: product_id, quantity: quantity as number, amount };
  }
  throw notAnEntry(where, "an order line is not {product_id, quantity, amount}");
}

function notAnEntry(where: string, why: string): Failure {
  return new Failure("usage", {
    what: `${where} is no entry of a history: ${why}`,
    remedy: "give the file that `orders produce --history FILE` wrote, unchanged",
  });
}

function toMicrosecond(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
