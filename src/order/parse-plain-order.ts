import type { Order } from "./order.ts";
import { parseTimestamp } from "./parse-timestamp.ts";
import {
  digits,
  endOfDigits,
  endOfText,
  integer,
  isPlainUuid,
  stands,
  uuidLength,
} from "./plain-bytes.ts";

/**
 * Reads the one form in which nearly all orders come: a single line, plain ASCII, no escapes, the
 * keys in the order in which the intake writes them and without spaces. Measured, a consumer spends
 * a fifth of its time in JSON.parse and what follows it; this takes a fifth of that. It walks over the
 * bytes once and makes strings of what stays only.
 *
 * @returns undefined for anything else, also for what is no order at all: `parseOrderMessage` then
 * has the word. What this accepts, that gives the same order for (a property test compares them).
 */
export function parsePlainOrder(value: Buffer): Order | undefined {
  if (!stands(value, 0, orderIdKey)) return undefined;
  const idAt = orderIdKey.length;
  const idEnd = idAt + uuidLength;
  if (!isPlainUuid(value, idAt) || !stands(value, idEnd, customerIdKey)) return undefined;

  const customerAt = idEnd + customerIdKey.length;
  const customerEnd = endOfText(value, customerAt);
  if (customerEnd === 0 || !stands(value, customerEnd, productIdKey)) return undefined;

  const productAt = customerEnd + productIdKey.length;
  const productEnd = endOfText(value, productAt);
  if (productEnd === 0 || !stands(value, productEnd, quantityKey)) return undefined;

  const quantityAt = productEnd + quantityKey.length;
  const quantityEnd = endOfDigits(value, quantityAt);
  const quantity = integer(value, quantityAt, quantityEnd, quantityDigitsMax);
  if (!(quantity >= 1) || !stands(value, quantityEnd, amountKey)) return undefined;

  const amountAt = quantityEnd + amountKey.length;
  const pointAt = endOfDigits(value, amountAt);
  const amountEnd = value[pointAt] === point ? endOfDigits(value, pointAt + 1) : pointAt;
  const amount = plainAmount(value, amountAt, pointAt, amountEnd);
  if (!(amount >= 0) || !stands(value, amountEnd, timestampKey)) return undefined;

  const placedAtMs = plainTimestamp(value, amountEnd + timestampKey.length);
  if (!(placedAtMs >= 0)) return undefined;
  return {
    orderId: value.toString("latin1", idAt, idEnd),
    customerId: value.toString("latin1", customerAt, customerEnd),
    lines: [{ productId: value.toString("latin1", productAt, productEnd), quantity, amount }],
    placedAtMs,
  };
}

const orderIdKey = Buffer.from('{"order_id":"');
const customerIdKey = Buffer.from('","customer_id":"');
const productIdKey = Buffer.from('","product_id":"');
const quantityKey = Buffer.from('","quantity":');
const amountKey = Buffer.from(',"amount":');
const timestampKey = Buffer.from(',"timestamp":"');
const point = 0x2e;
/** Nine digits stay below PostgreSQL's integer. */
const quantityDigitsMax = 9;
/** Ten digits before the point stay far below the largest amount, and in cents below 2^53. */
const amountDigitsMax = 10;

/** At most two decimals: whole cents divided by a hundred are the double nearest to the decimal. */
function plainAmount(bytes: Buffer, start: number, pointAt: number, end: number): number {
  const whole = integer(bytes, start, pointAt, amountDigitsMax);
  if (end === pointAt) return whole;
  const decimals = end - pointAt - 1;
  if (decimals < 1 || decimals > 2) return Number.NaN;
  const fraction = digits(bytes, pointAt + 1, end);
  return (whole * 100 + (decimals === 2 ? fraction : fraction * 10)) / 100;
}

/** `2026-01-31T23:59:`, and when that minute began: orders come by the thousand in each. */
let minute = { text: Buffer.alloc(0), ms: Number.NaN };
const minuteLength = 17;
const wholeMinute = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:$/;
const end = Buffer.from('Z"}');

/** The intake's `YYYY-MM-DDTHH:MM:SS.mmmZ"}`, and nothing behind it; NaN for any other. */
function plainTimestamp(bytes: Buffer, start: number): number {
  const secondsAt = start + minuteLength;
  const msAt = secondsAt + 3;
  if (bytes.length !== msAt + 6 || !stands(bytes, msAt + 3, end)) return Number.NaN;
  if (bytes[secondsAt + 2] !== point) return Number.NaN;
  if (endOfDigits(bytes, secondsAt) !== msAt - 1 || endOfDigits(bytes, msAt) !== msAt + 3)
    return Number.NaN;
  const seconds = digits(bytes, secondsAt, secondsAt + 2);
  if (seconds > 59) return Number.NaN;
  if (minute.text.length === 0 || !stands(bytes, start, minute.text)) {
    const text = bytes.toString("latin1", start, secondsAt);
    // Other forms are timestamps, too; only this one may pass.
    const ms = wholeMinute.test(text)
      ? (parseTimestamp(`${text}00.000Z`) ?? Number.NaN)
      : Number.NaN;
    if (Number.isNaN(ms)) return Number.NaN;
    minute = { text: Buffer.from(text), ms };
  }
  return minute.ms + seconds * 1_000 + digits(bytes, msAt, msAt + 3);
}
