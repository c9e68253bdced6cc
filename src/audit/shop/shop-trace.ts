/** What is known of one order of the shop, joined by its id from wherever it left something. */
export interface ShopTrace {
  readonly orderId: string;
  /** undefined: the shop has no such order. */
  readonly order: ShopOrderRow | undefined;
  /** Every copy of its events in the log, by partition and offset. */
  readonly events: readonly LoggedEvent[];
  /** What the outbox holds of its events. */
  readonly outbox: readonly OutboxRow[];
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
