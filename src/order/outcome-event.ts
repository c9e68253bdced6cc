import { isInstant, isWithin, shownField } from "./event-fields.ts";
import { isOrderText, orderLimits } from "./order.ts";
import { isUuid } from "./order-id.ts";
import type { RejectionReason } from "./outcome.ts";

/**
 * What became of an order in the reservation, as `orders-inventory` tells it, keyed by order id.
 * RELEASED: it was cancelled, and holds nothing: it gave back what it held, or never held anything.
 */
export interface OutcomeEvent {
  readonly orderId: string;
  readonly status: "RESERVED" | "REJECTED" | "RELEASED";
  /** Of a rejection. */
  readonly rejection?: Rejection;
  readonly items: readonly OutcomeItem[];
  /** When it was decided, ISO 8601 in UTC. */
  readonly timestamp: string;
}

export interface Rejection {
  readonly reason: RejectionReason;
  /** The product that decided it, the pieces that the order wanted of it, and those that there were. */
  readonly productId: string;
  readonly wanted: number;
  readonly available: number;
}

export interface OutcomeItem {
  readonly productId: string;
  readonly quantity: number;
}

/** On `orders-validated`: that an order was decided, or why it never can be (a dead letter). */
export interface ValidatedEvent {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: OutcomeEvent["status"] | "INVALID";
  readonly reason?: string;
  readonly timestamp: string;
}

/** On `orders-warehouse`: what is to be picked. */
export interface PickEvent {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly OutcomeItem[];
  readonly timestamp: string;
}

/** The text of the message. */
export function writeOutcomeEvent(event: OutcomeEvent): string {
  const { orderId, status, rejection = {}, items, timestamp } = event;
  return JSON.stringify({ orderId, status, ...rejection, items: items.map(itemOf), timestamp });
}

/** The text of the message. */
export function writeValidatedEvent(event: ValidatedEvent): string {
  const { orderId, customerId, status, reason, timestamp } = event;
  return JSON.stringify({ orderId, customerId, status, reason, timestamp });
}

/** The text of the message. */
export function writePickEvent({ orderId, customerId, items, timestamp }: PickEvent): string {
  return JSON.stringify({ orderId, customerId, items: items.map(itemOf), timestamp });
}

export type OutcomeEventReading =
  | { readonly ok: true; readonly event: OutcomeEvent }
  | { readonly ok: false; readonly detail: string };

const max = Number.MAX_SAFE_INTEGER;

/** Pure. Judges all that a reader relies on; fields that are not ours are ignored. */
export function readOutcomeEvent(text: string): OutcomeEventReading {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("the value is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse("an outcome must be a JSON object");
  const { orderId, status, reason, productId, wanted, available, timestamp } = value;
  if (!isUuid(orderId)) return refuse("orderId must be a UUID");
  if (status !== "RESERVED" && status !== "REJECTED" && status !== "RELEASED")
    return refuse(`status ${shownField(status)}`);
  if (!isInstant(timestamp)) return refuse("timestamp must be ISO 8601 in UTC");
  const items = readItems(value.items);
  if (items === undefined) return refuse("items must be lines {productId, quantity}");
  const event = { orderId: orderId.toLowerCase(), status, items, timestamp } as const;
  // A program that is not ours may reject without saying why.
  if (status !== "REJECTED" || reason === undefined) return { ok: true, event };
  if (reason !== "insufficient_stock" && reason !== "unknown_product")
    return refuse(`reason ${shownField(reason)}`);
  if (!isOrderText(productId)) return refuse("productId must be text");
  if (!isWithin(wanted, 1, max)) return refuse("wanted must be a whole number from 1");
  if (!isWithin(available, 0, max)) return refuse("available must be a whole number from 0");
  return { ok: true, event: { ...event, rejection: { reason, productId, wanted, available } } };
}

function readItems(value: unknown): readonly OutcomeItem[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > orderLimits.linesMax)
    return undefined;
  const items: OutcomeItem[] = [];
  for (const item of value) {
    const { productId, quantity } = (item ?? {}) as Record<string, unknown>;
    if (!isOrderText(productId) || !isWithin(quantity, 1, max)) return undefined;
    items.push({ productId, quantity });
  }
  return items;
}

function itemOf({ productId, quantity }: OutcomeItem): OutcomeItem {
  return { productId, quantity };
}

function refuse(detail: string): OutcomeEventReading {
  return { ok: false, detail };
}
