import type { OutcomeEvent } from "../../../order/outcome-event.ts";
import type { Slice } from "../../../partitions/slice.ts";
import type { Database } from "../../../ports/database.ts";

const fence = {
  name: "lock_shop_offsets",
  text: `
    SELECT partition, next_offset
    FROM shop.consumer_offsets
    WHERE group_id = $1 AND topic = $2 AND partition = ANY ($3::integer[])
    ORDER BY partition
    FOR UPDATE`,
};

/** In the order of ids, as every change of an order locks them. */
const lock = {
  name: "lock_orders_to_be_told",
  text: `
    SELECT order_id
    FROM shop.orders
    WHERE order_id = ANY ($1::uuid[]) AND reservation IN ('PENDING', 'RESERVED')
    ORDER BY order_id
    FOR UPDATE`,
};

// The state of the order follows only where nobody has brought it further meanwhile.
const record = {
  name: "record_shop_outcomes",
  text: `
    UPDATE shop.orders AS o
    SET reservation = outcome.status,
        rejection = nullif(outcome.rejection, '')::jsonb,
        status = CASE WHEN o.status = 'CREATED' AND outcome.status <> 'RELEASED'
                      THEN outcome.status ELSE o.status END
    FROM unnest($1::uuid[], $2::text[], $3::text[]) AS outcome (order_id, status, rejection)
    WHERE o.order_id = outcome.order_id
      AND (o.reservation = 'PENDING' OR o.reservation = 'RESERVED' AND outcome.status = 'RELEASED')`,
};

const move = {
  name: "move_shop_offsets",
  text: `
    UPDATE shop.consumer_offsets AS stored
    SET next_offset = slice.next_offset
    FROM unnest($3::integer[], $4::bigint[]) AS slice (partition, next_offset)
    WHERE stored.group_id = $1 AND stored.topic = $2 AND stored.partition = slice.partition`,
};

export type Recorded =
  /** Of how many orders it was news. */
  | { readonly kind: "recorded"; readonly orders: number }
  /** Nothing was done: some partitions stand elsewhere. */
  | { readonly kind: "fenced"; readonly stored: ReadonlyMap<number, number> };

/**
 * Outcomes of orders that wait for one, and the offsets behind them, in one transaction. An order has
 * one outcome, so that the first that is told holds; but what was reserved may be given back, and that
 * is the last that is told of it. Of others this knows nothing.
 * @param slices sorted by partition. @param outcomes of different orders.
 */
export async function recordOutcomes(
  database: Database,
  group: string,
  topic: string,
  slices: readonly Slice[],
  outcomes: readonly OutcomeEvent[],
): Promise<Recorded> {
  const partitions = slices.map(({ partition }) => partition);
  const ids = outcomes.map(({ orderId }) => orderId);
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ partition: number; next_offset: number }>(fence, [
      ...[group, topic, partitions],
    ]);
    const stored = new Map(rows.map((row) => [row.partition, row.next_offset]));
    if (slices.some(({ partition, from }) => stored.get(partition) !== from))
      return { kind: "fenced", stored };
    let orders = 0;
    if (outcomes.length > 0 && (await tx.query(lock, [ids])).rows.length > 0) {
      const { rowCount } = await tx.query(record, [
        ids,
        outcomes.map(({ status }) => status),
        outcomes.map(({ rejection }) => (rejection === undefined ? "" : JSON.stringify(rejection))),
      ]);
      orders = rowCount;
    }
    await tx.query(move, [group, topic, partitions, slices.map(({ next }) => next)]);
    return { kind: "recorded", orders };
  });
}
