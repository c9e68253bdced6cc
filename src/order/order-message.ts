import { describeFound } from "./describe-found.ts";
import { describeExcess, type JsonBounds, jsonExcess } from "./json-bounds.ts";
import { lineAmount } from "./money.ts";
import { isOrderText, type Order, type OrderLine, orderLimits } from "./order.ts";
import { isUuid } from "./order-id.ts";
import { parsePlainOrder } from "./parse-plain-order.ts";
import { parseTimestamp } from "./parse-timestamp.ts";
import { readText } from "./read-text.ts";

/**
 * The value of a message on `orders-placed` (design: Data). `writeOrderMessage` and
 * `parseOrderMessage` are each other's inverse for every order that the intake accepts.
 */

/** Why a message can never become an order. The dead letter carries it, so it is an interface. */
export interface InvalidMessage {
  readonly reason:
    | "tombstone"
    | "empty"
    | "not_utf8"
    | "not_json"
    | "too_complex"
    | "not_an_object"
    | "invalid_field";
  /** One sentence for a person: which field, and what is wrong with it. */
  readonly detail: string;
  /** Of the order that it would be; left out where it does not even tell that. */
  readonly orderId?: string;
}

export type ParsedMessage =
  | { readonly ok: true; readonly order: Order }
  | { readonly ok: false; readonly invalid: InvalidMessage };

/** PostgreSQL's integer: what another producer may send beyond our own intake's 1,000,000. */
const quantityMax = 2_147_483_647;

/**
 * @param value the message's bytes; null is a tombstone.
 * @param messageTimestampMs Kafka's timestamp, used when the order carries none, or one of an
 *   impossible year.
 */
export function parseOrderMessage(value: Buffer | null, messageTimestampMs: number): ParsedMessage {
  if (value === null) return refuse("tombstone", "the message has no value");
  const plain = parsePlainOrder(value);
  return plain === undefined
    ? parseAnyOrder(value, messageTimestampMs)
    : { ok: true, order: plain };
}

/** As `parseOrderMessage`, for every form that JSON has; the specification of the plain form's reader. */
export function parseAnyOrder(value: Buffer, messageTimestampMs: number): ParsedMessage {
  if (value.length === 0) return refuse("empty", "the value is 0 bytes long");
  const text = readText(value);
  if (!text.ok) return refuse("not_utf8", `the value is ${text.found}`);
  const excess = jsonExcess(text.bytes, messageBounds);
  if (excess !== undefined)
    return refuse("too_complex", `the value ${describeExcess(excess, messageBounds)}`);
  let json: unknown;
  try {
    json = JSON.parse(text.bytes.toString("utf8"));
  } catch (error) {
    return refuse("not_json", error instanceof Error ? error.message : "the value is not JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return refuse("not_an_object", `expected a JSON object, found ${describeFound(json)}`);
  }
  const body = json as Record<string, unknown>;
  if (!isUuid(body.order_id)) return badField("order_id", "a UUID", body.order_id);
  const orderId = body.order_id.toLowerCase();
  const parsed = parseBody(body, orderId, messageTimestampMs);
  return parsed.ok ? parsed : { ok: false, invalid: { ...parsed.invalid, orderId } };
}

function parseBody(
  body: Record<string, unknown>,
  orderId: string,
  messageTimestampMs: number,
): ParsedMessage {
  if (!isOrderText(body.customer_id)) return badText("customer_id", body.customer_id);
  const lines = body.items === undefined ? singleLine(body) : itemLines(body.items);
  if ("ok" in lines) return lines;
  const { timestamp } = body;
  const placedAtMs = parseTimestamp(timestamp);
  if (placedAtMs === undefined && timestamp !== undefined && timestamp !== null)
    return badField("timestamp", expectedTimestamp, timestamp);
  return {
    ok: true,
    order: {
      orderId,
      customerId: body.customer_id,
      lines,
      placedAtMs: usable(placedAtMs) ?? withinYears(messageTimestampMs),
    },
  };
}

/** @returns the JSON text of the message. The timestamp is RFC 3339 in UTC. */
export function writeOrderMessage(
  order: Order,
  amount: number,
  items?: readonly OrderItem[],
): string {
  const timestamp = timestampOf(order.placedAtMs);
  const { orderId: order_id, customerId: customer_id } = order;
  if (items !== undefined)
    return JSON.stringify({ order_id, customer_id, items, amount, timestamp });
  const line = order.lines[0];
  if (line === undefined) return JSON.stringify({ order_id, customer_id, amount, timestamp });
  const { productId, quantity } = line;
  // The same text, for a third of the time.
  return `{"order_id":"${order_id}","customer_id":${jsonText(customer_id)},"product_id":${jsonText(productId)},"quantity":${jsonNumber(quantity)},"amount":${jsonNumber(amount)},"timestamp":"${timestamp}"}`;
}

/** Printable ASCII but for the quotation mark and the backslash: what JSON carries as it is. */
const plainText = /^[ !#-[\]-~]*$/;

function jsonText(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

function jsonNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : "null";
}

let timestampMs = Number.NaN;
let timestampText = "";

/** Orders of the same millisecond share it. */
function timestampOf(ms: number): string {
  if (ms !== timestampMs) {
    timestampText = new Date(ms).toISOString();
    timestampMs = ms;
  }
  return timestampText;
}

/** A line as it stands in JSON, in a request and in a message. */
export interface OrderItem {
  readonly product_id: string;
  readonly quantity: number;
  readonly price: number;
}

type Refusal = Extract<ParsedMessage, { ok: false }>;

function singleLine(body: Record<string, unknown>): readonly OrderLine[] | Refusal {
  const { product_id, quantity, amount } = body;
  if (!isOrderText(product_id)) return badText("product_id", product_id);
  if (!isQuantity(quantity)) return badQuantity("quantity", quantity);
  if (!isAmount(amount)) return badAmount("amount", amount);
  return [{ productId: product_id, quantity, amount }];
}

function itemLines(items: unknown): readonly OrderLine[] | Refusal {
  if (!Array.isArray(items) || items.length < 1 || items.length > orderLimits.linesMax) {
    return badField("items", `an array of 1 to ${orderLimits.linesMax} lines`, items);
  }
  const lines: OrderLine[] = [];
  for (const [index, item] of (items as unknown[]).entries()) {
    const at = `items[${index}]`;
    if (typeof item !== "object" || item === null) return badField(at, "an object", item);
    const { product_id, quantity, price } = item as Record<string, unknown>;
    if (!isOrderText(product_id)) return badText(`${at}.product_id`, product_id);
    if (!isQuantity(quantity)) return badQuantity(`${at}.quantity`, quantity);
    if (!isAmount(price)) return badAmount(`${at}.price`, price);
    lines.push({ productId: product_id, quantity, amount: lineAmount(quantity, price) });
  }
  return lines;
}

function isQuantity(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= quantityMax;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= orderLimits.amountMax;
}

/** Years outside these are clock errors, and some of them PostgreSQL cannot store. */
const placedAtMsMin = Date.UTC(1970, 0, 1);
const placedAtMsMax = Date.UTC(9999, 11, 31);

function usable(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= placedAtMsMin && ms <= placedAtMsMax ? ms : undefined;
}

const expectedTimestamp =
  "RFC 3339 with its zone (2026-01-31T23:59:00Z, …+01:00), or milliseconds since 1970 as a number";

/** Far beyond what any order needs; within them JSON.parse takes a few hundred milliseconds at most. */
const messageBounds: JsonBounds = {
  depthMax: 500,
  containersMax: 300_000,
  valuesMax: 1_000_000,
  namesMax: 10_000,
  numberLengthMax: 1_000,
  elementsMax: 1_000_000,
};

/** Any producer may stamp its messages with any number; a good order is not lost over it. */
function withinYears(ms: number): number {
  return Math.min(placedAtMsMax, Math.max(placedAtMsMin, ms));
}

function badText(field: string, found: unknown): Refusal {
  const max = orderLimits.textLengthMax;
  return badField(field, `text of 1 to ${max} characters without NUL or lone surrogates`, found);
}

function badQuantity(field: string, found: unknown): Refusal {
  return badField(field, `an integer from 1 to ${quantityMax}`, found);
}

function badAmount(field: string, found: unknown): Refusal {
  return badField(field, `a number from 0 to ${orderLimits.amountMax}`, found);
}

function badField(field: string, expected: string, found: unknown): Refusal {
  return refuse("invalid_field", `${field} must be ${expected}; found ${describeFound(found)}`);
}

function refuse(reason: InvalidMessage["reason"], detail: string): Refusal {
  return { ok: false, invalid: { reason, detail } };
}
