import { isAscii } from "node:buffer";
import type { Order } from "./order.ts";

/**
 * Reads the one form in which nearly all orders come: a single line, plain ASCII, no escapes, the
 * keys in the order in which the intake writes them and without spaces. Measured, a consumer spends
 * a fifth of its time in JSON.parse and what follows it; this takes a third of that.
 *
 * @returns undefined for anything else, also for what is no order at all: `parseOrderMessage` then
 * has the word. What this accepts, that gives the same order for (a property test compares them).
 */
export function parsePlainOrder(value: Buffer): Order | undefined {
  if (value.length > plainBytesMax || !isAscii(value)) return undefined;
  const text = value.toString("latin1");
  if (text.includes("\\")) return undefined;

  const idEnd = orderIdKey.length + 36;
  if (!text.startsWith(orderIdKey) || !text.startsWith(customerIdKey, idEnd)) return undefined;
  const orderId = text.slice(orderIdKey.length, idEnd);
  if (!lowerCaseUuid.test(orderId)) return undefined;

  const customerAt = idEnd + customerIdKey.length;
  const customerEnd = endOfText(text, customerAt);
  if (customerEnd === undefined || !text.startsWith(productIdKey, customerEnd)) return undefined;

  const productAt = customerEnd + productIdKey.length;
  const productEnd = endOfText(text, productAt);
  if (productEnd === undefined || !text.startsWith(quantityKey, productEnd)) return undefined;

  const quantityAt = productEnd + quantityKey.length;
  const quantityEnd = text.indexOf(",", quantityAt);
  const quantity = plainInteger(text, quantityAt, quantityEnd);
  if (quantity === undefined || quantity < 1) return undefined;
  if (!text.startsWith(amountKey, quantityEnd)) return undefined;

  const amountAt = quantityEnd + amountKey.length;
  const amountEnd = text.indexOf(",", amountAt);
  const amount = plainAmount(text, amountAt, amountEnd);
  if (amount === undefined || !text.startsWith(timestampKey, amountEnd)) return undefined;

  const placedAtMs = plainTimestamp(text, amountEnd + timestampKey.length);
  if (placedAtMs === undefined) return undefined;
  return {
    orderId,
    customerId: text.slice(customerAt, customerEnd),
    lines: [{ productId: text.slice(productAt, productEnd), quantity, amount }],
    placedAtMs,
  };
}

const plainBytesMax = 1_024;
const orderIdKey = '{"order_id":"';
const customerIdKey = '","customer_id":"';
const productIdKey = '","product_id":"';
const quantityKey = '","quantity":';
const amountKey = ',"amount":';
const timestampKey = ',"timestamp":"';
const lowerCaseUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const textLengthMax = 255;

/** @returns where the closing quote stands; undefined for an empty or too long text, or one JSON forbids. */
function endOfText(text: string, start: number): number | undefined {
  for (let at = start; at - start <= textLengthMax; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at === start ? undefined : at;
    // Control characters, and the end of the text (NaN).
    if (!(code >= 0x20)) return undefined;
  }
  return undefined;
}

const nine = 9;
/** Nine digits stay below PostgreSQL's integer. */
const integerDigitsMax = 9;
/** Ten digits before the point stay far below the largest amount, in cents below 2^53. */
const amountDigitsMax = 10;

/** @returns the digits between as a number; undefined where JSON would see something else. */
function plainInteger(text: string, start: number, end: number): number | undefined {
  return end - start > integerDigitsMax ? undefined : digits(text, start, end);
}

function digits(text: string, start: number, end: number): number | undefined {
  if (end <= start) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= nine)) return undefined;
    value = value * 10 + digit;
  }
  // JSON knows no leading zero.
  return text.charCodeAt(start) === 0x30 && end - start > 1 ? undefined : value;
}

/** At most two decimals: whole cents divided by a hundred are the double nearest to the decimal. */
function plainAmount(text: string, start: number, end: number): number | undefined {
  if (end < 0) return undefined;
  let point = end;
  if (text.charCodeAt(end - 2) === 0x2e) point = end - 2;
  else if (text.charCodeAt(end - 3) === 0x2e) point = end - 3;
  if (point - start > amountDigitsMax) return undefined;
  const whole = digits(text, start, point);
  if (whole === undefined || point === end) return whole;
  let cents = 0;
  for (let at = point + 1; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= nine)) return undefined;
    cents = cents * 10 + digit;
  }
  if (end - point === 2) cents *= 10;
  return (whole * 100 + cents) / 100;
}

/** `2026-01-31T23:59:` and when that minute began: orders come by the thousand in each. */
let minute = { prefix: "", ms: Number.NaN };
const minuteLength = 17;

/** The intake's `YYYY-MM-DDTHH:MM:SS.mmmZ"}` at the end of the text. */
function plainTimestamp(text: string, start: number): number | undefined {
  if (text.length !== start + 26 || !text.startsWith('Z"}', start + 23)) return undefined;
  const prefix = text.slice(start, start + minuteLength);
  if (prefix !== minute.prefix) {
    // From 1970 on, as everywhere; Date.parse accepts other forms, too: only this one may pass.
    if (!wholeMinute.test(prefix)) return undefined;
    const ms = Date.parse(`${prefix}00.000Z`);
    if (!(ms >= 0)) return undefined;
    minute = { prefix, ms };
  }
  const tens = text.charCodeAt(start + 17) - 0x30;
  const ones = text.charCodeAt(start + 18) - 0x30;
  if (!(tens >= 0 && tens <= 5 && ones >= 0 && ones <= nine)) return undefined;
  if (text.charCodeAt(start + 19) !== 0x2e) return undefined;
  let ms = 0;
  for (let at = start + 20; at < start + 23; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= nine)) return undefined;
    ms = ms * 10 + digit;
  }
  return minute.ms + (tens * 10 + ones) * 1_000 + ms;
}

const wholeMinute = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:$/;
