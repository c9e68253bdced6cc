import type { ShopEvent } from "../../order/shop-event.ts";
import type { Queryable } from "../../ports/database.ts";
import type { ShopStatus } from "../shop-order.ts";

/** A change that was decided, with the event that tells of it. */
export interface ChangeToStore {
  readonly event: ShopEvent;
  readonly to: ShopStatus;
  readonly payload: string;
  readonly traceparent: string | undefined;
}

const update = {
  name: "update_shop_orders",
  text: `
    WITH given AS (
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::text[])
        AS given (order_id, status, sequence, event_id, at, event_type, payload, traceparent)
    ), changed AS (
      UPDATE shop.orders o
         SET status = given.status, sequence = given.sequence, last_event_id = given.event_id,
             updated_at = given.at
        FROM given WHERE o.order_id = given.order_id
    )
    INSERT INTO shop.event_outbox (event_id, order_id, sequence, event_type, payload, traceparent)
    SELECT event_id, order_id, sequence, event_type, payload, traceparent FROM given ORDER BY order_id`,
};

/** Of orders that this transaction has locked: state and event in one statement. */
export async function updateOrders(
  tx: Queryable,
  changes: readonly ChangeToStore[],
): Promise<void> {
  await tx.query(update, [
    changes.map(({ event }) => event.orderId),
    changes.map(({ to }) => to),
    changes.map(({ event }) => event.sequence),
    changes.map(({ event }) => event.eventId),
    changes.map(({ event }) => event.timestamp),
    changes.map(({ event }) => event.eventType),
    changes.map(({ payload }) => payload),
    changes.map(({ traceparent }) => traceparent ?? null),
  ]);
}
