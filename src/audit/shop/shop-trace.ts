import type { ReadEvent } from "./read-events.ts";

/** What is known of one order of the shop, joined by its id from wherever it left something. */
export interface ShopTrace {
  readonly orderId: string;
  /** undefined: the shop has no such order. */
  readonly order: ShopOrderRow | undefined;
  /** Every copy of its events in the log, by partition and offset. */
  readonly events: readonly LoggedEvent[];
  /** What the outbox holds of its events. */
  readonly outbox: readonly OutboxRow[];
  /** Of the order in the shop, in their order. */
  readonly lines: readonly ShopLine[];
  /** What the reservation has of it, in the order of its lines. */
  readonly rows: readonly ReservationRow[];
  /** Of stock that came back from it, or left with it. */
  readonly movements: readonly MovementRow[];
  /** Where the reservation set it aside. */
  readonly letters: readonly LetterRow[];
}

/** A row of shop.orders. */
export interface ShopOrderRow {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: string;
  readonly totalCents: number;
  /** Of its last event. */
  readonly sequence: number;
  readonly lastEventId: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** What the shop knows of its outcome; undefined: this shop writes down none. */
  readonly reservation: string | undefined;
}

/** A row of shop.order_items. */
export interface ShopLine {
  readonly orderId: string;
  readonly lineNo: number;
  readonly productId: string;
  readonly quantity: number;
  readonly priceCents: number;
}

/** A row of orders, the reservation's, that is of an order of the shop. */
export interface ReservationRow {
  readonly orderId: string;
  readonly lineNo: number;
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  /** Of the line. */
  readonly amountCents: number;
  readonly status: string;
  /** A message was decided; else it was cancelled before. */
  readonly decided: boolean;
}

/** A row of stock_movements that names an order. */
export interface MovementRow {
  readonly orderId: string;
  readonly productId: string;
  readonly deltaAvailable: number;
  readonly deltaTotal: number;
}

/** A row of dead_letters that names an order of the shop. */
export interface LetterRow {
  readonly orderId: string;
  readonly reason: string;
  /** It was produced again: what became of that is its outcome. */
  readonly replayed: boolean;
}

/** One message of the log, read as the event that it is. */
export interface LoggedEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly orderId: string;
  readonly sequence: number;
  readonly partition: number;
  readonly offset: number;
  /** It stood in the log before the database's moment: so the database must know of it. */
  readonly before: boolean;
  /** Of the whole message: copies have the same. */
  readonly digest: string;
  /** What it says of its order: `contentOf`. */
  readonly content: string;
}

/** A row of shop.event_outbox. */
export interface OutboxRow {
  readonly orderId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly sequence: number;
  readonly status: string;
  readonly createdMs: number;
  readonly ageSeconds: number;
  readonly lastError: string | undefined;
  /** It was there when the audit began: so it has been waited for. */
  readonly waitedFor: boolean;
  /** A later event of its part of the outbox was sent long after this one was there. */
  readonly overtaken: boolean;
}

/** In the order of their first copies. */
export function bySequence(
  events: readonly LoggedEvent[],
): ReadonlyMap<number, readonly LoggedEvent[]> {
  const found = new Map<number, LoggedEvent[]>();
  for (const event of events) {
    const copies = found.get(event.sequence);
    if (copies === undefined) found.set(event.sequence, [event]);
    else copies.push(event);
  }
  return found;
}

/** An event of the log, as an audit keeps it. */
export function loggedEvent({ event, message, digest }: ReadEvent, before: boolean): LoggedEvent {
  const { eventId, eventType, orderId, sequence, customerId, totalCents, items } = event;
  const { partition, offset } = message;
  return {
    eventId: eventId.toLowerCase(),
    orderId: orderId.toLowerCase(),
    ...{ eventType, sequence, partition, offset, before, digest },
    content: contentOf(customerId, totalCents, items),
  };
}

/** What two say of an order, to be compared. */
export function contentOf(
  customerId: string,
  totalCents: number,
  lines: readonly Pick<ShopLine, "productId" | "quantity" | "priceCents">[],
): string {
  const items = lines.map(({ productId, quantity, priceCents }) => [
    productId,
    quantity,
    priceCents,
  ]);
  return JSON.stringify([customerId, totalCents, items]);
}
