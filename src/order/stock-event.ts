import { isInstant, isWithin, shownField } from "./event-fields.ts";
import { isOrderText } from "./order.ts";
import { isUuid } from "./order-id.ts";

/** What can happen to a product's stock; each is one message on `stock`, keyed by product id. */
export const stockEventTypes = ["STOCK_CHANGED", "RESTOCK_REQUESTED"] as const;

/** How much of the product there was once `version` had happened: a state, not a difference. */
export interface StockChanged {
  /** The same in every copy. */
  readonly eventId: string;
  readonly type: "STOCK_CHANGED";
  readonly productId: string;
  readonly available: number;
  readonly reserved: number;
  readonly total: number;
  /** Grows with every change of the product. Events may overtake each other: the higher version holds. */
  readonly version: number;
  /** When it happened, ISO 8601 in UTC. */
  readonly timestamp: string;
}

/** An order wanted more than there was. */
export interface RestockRequested {
  readonly eventId: string;
  readonly type: "RESTOCK_REQUESTED";
  readonly productId: string;
  readonly wanted: number;
  readonly available: number;
  readonly orderId: string;
  readonly timestamp: string;
}

export type StockEvent = StockChanged | RestockRequested;

export type StockEventReading =
  | { readonly ok: true; readonly event: StockEvent }
  | {
      readonly ok: false;
      readonly reason: "not_json" | "invalid" | "unknown_type";
      readonly detail: string;
    };

/** The text of the message. */
export function writeStockEvent(event: StockEvent): string {
  const { eventId, type, productId, available, timestamp } = event;
  if (type === "STOCK_CHANGED") {
    const { reserved, total, version } = event;
    return JSON.stringify({
      ...{ eventId, type, productId, available, reserved, total, version, timestamp },
    });
  }
  const { wanted, orderId } = event;
  return JSON.stringify({ eventId, type, productId, wanted, available, orderId, timestamp });
}

const max = Number.MAX_SAFE_INTEGER;

/** Pure. Judges all that a reader relies on; fields that are not ours are ignored. */
export function readStockEvent(text: string): StockEventReading {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: "not_json", detail: "the value is not JSON" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return invalid("an event must be a JSON object");
  const { type, eventId, productId, available, timestamp } = value;
  if (!stockEventTypes.some((known) => known === type))
    return { ok: false, reason: "unknown_type", detail: `type ${shownField(type)}` };
  if (!isUuid(eventId)) return invalid("eventId must be a UUID");
  if (!isOrderText(productId)) return invalid("productId must be text");
  if (!isWithin(available, 0, max)) return invalid("available must be a whole number from 0");
  if (!isInstant(timestamp)) return invalid("timestamp must be ISO 8601 in UTC");
  if (type === "RESTOCK_REQUESTED") {
    const { wanted, orderId } = value;
    if (!isWithin(wanted, 1, max)) return invalid("wanted must be a whole number from 1");
    if (!isUuid(orderId)) return invalid("orderId must be a UUID");
    return {
      ok: true,
      event: { eventId, type, productId, wanted, available, orderId, timestamp },
    };
  }
  const { reserved, total, version } = value;
  if (!isWithin(reserved, 0, max)) return invalid("reserved must be a whole number from 0");
  if (total !== available + reserved) return invalid("total must be available + reserved");
  if (!isWithin(version, 0, max)) return invalid("version must be a whole number from 0");
  return {
    ok: true,
    event: {
      ...{ eventId, type: "STOCK_CHANGED", productId },
      ...{ available, reserved, total, version, timestamp },
    },
  };
}

function invalid(detail: string): StockEventReading {
  return { ok: false, reason: "invalid", detail };
}
