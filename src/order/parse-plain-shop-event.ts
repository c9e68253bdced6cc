import { orderLimits } from "./order.ts";
import {
  digits,
  endOfDigits,
  endOfText,
  integer,
  isPlainUuid,
  stands,
  uuidLength,
} from "./plain-bytes.ts";
import type { ShopEvent, ShopEventItem, ShopEventType } from "./shop-event.ts";

/**
 * Reads the one form in which nearly all events come: as `writeShopEvent` writes them, in plain ASCII,
 * the time to the millisecond. Measured, `readShopEvent` takes three times as long, most of it outside
 * of JSON.parse.
 *
 * @returns undefined for anything else, also for what is no event at all: `readShopEvent` then has the
 * word. What this accepts, that gives the same event for (a property test compares them).
 */
export function parsePlainShopEvent(value: Buffer): ShopEvent | undefined {
  if (!stands(value, 0, eventIdKey)) return undefined;
  const idAt = eventIdKey.length;
  const typeAt = idAt + uuidLength;
  if (!isPlainUuid(value, idAt)) return undefined;
  const type = types.find(({ text }) => stands(value, typeAt, text));
  if (type === undefined) return undefined;

  const orderAt = typeAt + type.text.length;
  const orderEnd = orderAt + uuidLength;
  if (!isPlainUuid(value, orderAt) || !stands(value, orderEnd, customerIdKey)) return undefined;

  const customerAt = orderEnd + customerIdKey.length;
  const customerEnd = endOfText(value, customerAt);
  if (customerEnd === 0 || !stands(value, customerEnd, totalPriceKey)) return undefined;

  const totalAt = customerEnd + totalPriceKey.length;
  const totalEnd = endOfAmount(value, totalAt);
  const totalCents = plainCents(value, totalAt, totalEnd);
  if (!(totalCents >= 0) || !stands(value, totalEnd, timestampKey)) return undefined;

  const timeAt = totalEnd + timestampKey.length;
  const timeEnd = timeAt + timeLength;
  if (!isPlainTime(value, timeAt) || !stands(value, timeEnd, sequenceKey)) return undefined;

  const sequenceAt = timeEnd + sequenceKey.length;
  const sequenceEnd = endOfDigits(value, sequenceAt);
  const sequence = integer(value, sequenceAt, sequenceEnd, integerDigitsMax);
  if (!(sequence >= 1) || !stands(value, sequenceEnd, itemsKey)) return undefined;

  const items = plainItems(value, sequenceEnd + itemsKey.length, totalCents);
  if (items === undefined) return undefined;
  return {
    eventId: value.toString("latin1", idAt, typeAt),
    eventType: type.name,
    orderId: value.toString("latin1", orderAt, orderEnd),
    customerId: value.toString("latin1", customerAt, customerEnd),
    totalCents,
    timestamp: value.toString("latin1", timeAt, timeEnd),
    sequence,
    items,
  };
}

const eventIdKey = Buffer.from('{"eventId":"');
const customerIdKey = Buffer.from('","customerId":"');
const totalPriceKey = Buffer.from('","totalPrice":');
const timestampKey = Buffer.from(',"timestamp":"');
const sequenceKey = Buffer.from('","version":1,"sequence":');
const itemsKey = Buffer.from(',"items":[');
const productIdKey = Buffer.from('{"productId":"');
const quantityKey = Buffer.from('","quantity":');
const priceKey = Buffer.from(',"price":');
const end = Buffer.from("]}");
const names: readonly ShopEventType[] = [
  "ORDER_CREATED",
  "PAYMENT_COMPLETED",
  "ORDER_SHIPPED",
  "ORDER_CANCELLED",
];
const types = names.map((name) => ({
  name,
  text: Buffer.from(`","eventType":"${name}","orderId":"`),
}));
const [comma, point, brace] = [0x2c, 0x2e, 0x7d];

const integerDigitsMax = 9;
/** In cents below 2^53. */
const wholeDigitsMax = 12;

/** Up to the end of the message. @returns undefined where they do not add up to the total. */
function plainItems(
  bytes: Buffer,
  start: number,
  totalCents: number,
): readonly ShopEventItem[] | undefined {
  const items: ShopEventItem[] = [];
  let sum = 0;
  for (let at = start; ; at++) {
    if (!stands(bytes, at, productIdKey)) return undefined;
    const productAt = at + productIdKey.length;
    const productEnd = endOfText(bytes, productAt);
    if (productEnd === 0 || !stands(bytes, productEnd, quantityKey)) return undefined;

    const quantityAt = productEnd + quantityKey.length;
    const quantityEnd = endOfDigits(bytes, quantityAt);
    const quantity = integer(bytes, quantityAt, quantityEnd, integerDigitsMax);
    if (!(quantity >= orderLimits.quantityMin && quantity <= orderLimits.quantityMax))
      return undefined;
    if (!stands(bytes, quantityEnd, priceKey)) return undefined;

    const priceAt = quantityEnd + priceKey.length;
    const priceEnd = endOfAmount(bytes, priceAt);
    const priceCents = plainCents(bytes, priceAt, priceEnd);
    if (!(priceCents >= 0) || bytes[priceEnd] !== brace) return undefined;
    items.push({
      productId: bytes.toString("latin1", productAt, productEnd),
      quantity,
      priceCents,
    });
    sum += quantity * priceCents;
    at = priceEnd + 1;
    if (bytes[at] !== comma) {
      const whole = bytes.length === at + end.length && stands(bytes, at, end);
      return whole && sum === totalCents && items.length <= orderLimits.linesMax
        ? items
        : undefined;
    }
  }
}

function endOfAmount(bytes: Buffer, start: number): number {
  const pointAt = endOfDigits(bytes, start);
  return bytes[pointAt] === point ? endOfDigits(bytes, pointAt + 1) : pointAt;
}

/** @returns NaN unless it is a number with at most two decimals. */
function plainCents(bytes: Buffer, start: number, amountEnd: number): number {
  const pointAt = endOfDigits(bytes, start);
  const whole = integer(bytes, start, pointAt, wholeDigitsMax);
  if (amountEnd === pointAt) return whole * 100;
  const decimals = amountEnd - pointAt - 1;
  if (decimals < 1 || decimals > 2) return Number.NaN;
  const fraction = digits(bytes, pointAt + 1, amountEnd);
  return whole * 100 + (decimals === 2 ? fraction : fraction * 10);
}

/** `2026-01-31T23:59:` of the last one: events come by the thousand in each minute. */
let minute = Buffer.alloc(0);
const minuteLength = 17;
const wholeMinute = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:$/;
const timeLength = 24;
const zone = 0x5a;

/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, a time that there is. */
function isPlainTime(bytes: Buffer, start: number): boolean {
  const secondsAt = start + minuteLength;
  const msAt = secondsAt + 3;
  if (bytes[msAt + 3] !== zone || bytes[secondsAt + 2] !== point) return false;
  if (endOfDigits(bytes, secondsAt) !== msAt - 1 || endOfDigits(bytes, msAt) !== msAt + 3)
    return false;
  if (digits(bytes, secondsAt, secondsAt + 2) > 59) return false;
  if (minute.length > 0 && stands(bytes, start, minute)) return true;
  const text = bytes.toString("latin1", start, secondsAt);
  // To the last second: there is a minute 24:00, but none of its seconds.
  if (!wholeMinute.test(text) || Number.isNaN(Date.parse(`${text}59.999Z`))) return false;
  minute = Buffer.from(text);
  return true;
}
