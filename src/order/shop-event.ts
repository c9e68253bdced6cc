import { isInstant, isWithin, shownField } from "./event-fields.ts";
import { toCents } from "./money.ts";
import { isOrderText, orderLimits } from "./order.ts";
import { isUuid } from "./order-id.ts";

/** What can happen to an order of the shop; each is one message on `order-events`, keyed by order id. */
export const shopEventTypes = [
  "ORDER_CREATED",
  "PAYMENT_COMPLETED",
  "ORDER_SHIPPED",
  "ORDER_CANCELLED",
] as const;
export type ShopEventType = (typeof shopEventTypes)[number];

/** The version of the shape below, in the message and in its header `event-version`. */
export const shopEventVersion = 1;

/** Amounts are whole cents here, decimal numbers in the message. */
export interface ShopEventItem {
  readonly productId: string;
  readonly quantity: number;
  readonly priceCents: number;
}

export interface ShopEvent {
  /** The same in every copy: whoever has seen it has seen the event. */
  readonly eventId: string;
  readonly eventType: ShopEventType;
  readonly orderId: string;
  readonly customerId: string;
  readonly totalCents: number;
  /** When it happened, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** Of the order, from 1 without a gap: the order of an order's events, whatever the clocks say. */
  readonly sequence: number;
  /** All of the order's, in every event: whoever counts needs to remember nothing. */
  readonly items: readonly ShopEventItem[];
}

export type ShopEventReading =
  | { readonly ok: true; readonly event: ShopEvent }
  /** `unknown_version`: of a later program; to be read by one that knows it. */
  | {
      readonly ok: false;
      readonly reason: "not_json" | "invalid" | "unknown_type" | "unknown_version";
      readonly detail: string;
    };

/** The text of the message. The reference's fields come first, as it writes them. */
export function writeShopEvent(event: ShopEvent): string {
  const { eventId, eventType, orderId, customerId, totalCents, timestamp, sequence, items } = event;
  return JSON.stringify({
    ...{ eventId, eventType, orderId, customerId },
    totalPrice: totalCents / 100,
    ...{ timestamp, version: shopEventVersion, sequence },
    items: items.map(({ productId, quantity, priceCents }) => ({
      productId,
      quantity,
      price: priceCents / 100,
    })),
  });
}

/** Pure. Judges all that a reader relies on, the sum included; fields that are not ours are ignored. */
export function readShopEvent(text: string): ShopEventReading {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: "not_json", detail: "the value is not JSON" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return invalid("an event must be a JSON object");
  const { version, eventType } = value;
  if (version !== shopEventVersion)
    return { ok: false, reason: "unknown_version", detail: `version ${shownField(version)}` };
  if (!isShopEventType(eventType))
    return { ok: false, reason: "unknown_type", detail: `eventType ${shownField(eventType)}` };
  const { eventId, orderId, customerId, totalPrice, timestamp, sequence } = value;
  if (!isUuid(eventId)) return invalid("eventId must be a UUID");
  if (!isUuid(orderId)) return invalid("orderId must be a UUID");
  if (!isOrderText(customerId)) return invalid("customerId must be text");
  if (!isInstant(timestamp)) return invalid("timestamp must be ISO 8601 in UTC");
  if (!isWithin(sequence, 1, Number.MAX_SAFE_INTEGER))
    return invalid("sequence must be a whole number from 1");
  const items = readItems(value.items);
  if (items === undefined) return invalid("items must be lines {productId, quantity, price}");
  const totalCents = typeof totalPrice === "number" ? toCents(totalPrice) : undefined;
  const sum = items.reduce((cents, item) => cents + item.quantity * item.priceCents, 0);
  if (totalCents !== sum) return invalid("totalPrice must be the sum of quantity × price");
  return {
    ok: true,
    event: {
      ...{ eventId, eventType, orderId, customerId, totalCents, timestamp, sequence, items },
    },
  };
}

function readItems(value: unknown): readonly ShopEventItem[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > orderLimits.linesMax)
    return undefined;
  const items: ShopEventItem[] = [];
  for (const item of value) {
    const { productId, quantity, price } = (item ?? {}) as Record<string, unknown>;
    const priceCents = typeof price === "number" ? toCents(price) : undefined;
    if (!isOrderText(productId) || priceCents === undefined || priceCents < 0) return undefined;
    if (!isWithin(quantity, orderLimits.quantityMin, orderLimits.quantityMax)) return undefined;
    items.push({ productId, quantity, priceCents });
  }
  return items;
}

function isShopEventType(value: unknown): value is ShopEventType {
  return shopEventTypes.some((type) => type === value);
}

function invalid(detail: string): ShopEventReading {
  return { ok: false, reason: "invalid", detail };
}
