import { readShopEvent, type ShopEvent } from "../../order/shop-event.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import type { LogMessage } from "../../ports/log.ts";
import { addMetric } from "../sql/add-metric.ts";
import { addSale } from "../sql/add-sale.ts";
import { addSummary } from "../sql/add-summary.ts";
import { advanceCounted } from "../sql/advance-counted.ts";
import { eventIsNoted } from "../sql/event-is-noted.ts";
import { noteEvent } from "../sql/note-event.ts";
import { openDays } from "../sql/open-days.ts";

/** How the small counter does what it does: a broken one is the right one with one step done otherwise. */
export interface CounterWays {
  isNoted(tx: Queryable, event: ShopEvent): Promise<boolean>;
  /** To the number of orders that stand. */
  addOrders(tx: Queryable, by: number, message: LogMessage): Promise<void>;
}

const right: CounterWays = {
  isNoted: (tx, { eventId }) => eventIsNoted(tx, eventId),
  addOrders: (tx, by) => addMetric(tx, "orders_total", "", by),
};

/**
 * Counts the shop's events in code of its own, as small as it can be: each is a transaction, one after
 * the other in a partition, the partitions side by side.
 */
export async function runSmallCounter(
  database: Database,
  messages: readonly LogMessage[],
  source: { readonly topic: string; readonly group: string },
  ways: Partial<CounterWays> = {},
): Promise<void> {
  const all: CounterWays = { ...right, ...ways };
  const events = messages.map((message) => ({ message, event: eventIn(message) }));
  await openDays(database, [...new Set(events.map(({ event }) => dayOf(event)))]);
  const partitions = new Set(messages.map(({ partition }) => partition));
  await Promise.all(
    [...partitions].map(async (partition) => {
      for (const { message, event } of events) {
        if (message.partition !== partition) continue;
        await database.transaction(async (tx) => {
          if (!(await all.isNoted(tx, event))) {
            await noteEvent(tx, event.eventId, dayOf(event), message);
            await count(tx, event, (by) => all.addOrders(tx, by, message));
          }
          await advanceCounted(tx, source, message);
        });
      }
    }),
  );
}

async function count(
  tx: Queryable,
  event: ShopEvent,
  addOrders: (by: number) => Promise<void>,
): Promise<void> {
  const { eventType, customerId, totalCents, items, timestamp } = event;
  const summary = { customerId, day: dayOf(event), cents: 0 };
  if (eventType === "PAYMENT_COMPLETED") return addSummary(tx, { ...summary, paid: 1 });
  if (eventType === "ORDER_SHIPPED") return addSummary(tx, { ...summary, shipped: 1 });
  const isNew = eventType === "ORDER_CREATED";
  const sign = isNew ? 1 : -1;
  await addOrders(sign);
  await addMetric(tx, "revenue_total", "", (sign * totalCents) / 100);
  if (isNew) await addMetric(tx, "orders_per_minute", `${timestamp.slice(0, 16)}Z`, 1);
  for (const productId of [...new Set(items.map((item) => item.productId))].sort()) {
    const lines = items.filter((item) => item.productId === productId);
    const pieces = sign * lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const cents =
      sign * lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
    await addMetric(tx, "top_products", productId, pieces);
    await addSale(tx, { productId, orders: sign, pieces, cents });
  }
  const changes = isNew ? { created: 1 } : { cancelled: 1 };
  await addSummary(tx, { ...summary, ...changes, cents: sign * totalCents });
}

function dayOf({ timestamp }: ShopEvent): string {
  return timestamp.slice(0, 10);
}

function eventIn({ value }: LogMessage): ShopEvent {
  const reading = readShopEvent(String(value));
  if (!reading.ok) throw new Error(reading.detail);
  return reading.event;
}
