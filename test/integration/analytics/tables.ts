import type { ShopEvent } from "../../../src/order/shop-event.ts";
import type { Database } from "../../../src/ports/database.ts";

type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>;

const select = {
  text: `
    SELECT metric_name AS name, dimension AS key, value::text AS value FROM analytics.sales_metrics
    UNION ALL SELECT 'product', product_id, concat_ws(' ', orders, pieces, revenue) FROM analytics.product_sales
    UNION ALL SELECT 'summary', customer_id || ' ' || to_char(day, 'YYYY-MM-DD'),
                     concat_ws(' ', created, paid, shipped, cancelled, revenue) FROM analytics.order_summary`,
};

/** Every row of the metrics' tables, money as text. */
export async function readTables(database: Database): Promise<Tables> {
  const { rows } = await database.query<{ name: string; key: string; value: string }>(select);
  const tables: Record<string, Record<string, string>> = {};
  for (const { name, key, value } of rows) tables[name] = { ...tables[name], [key]: value };
  return tables;
}

/** The same from the events, each once: computed here by order and by hand, not by the handlers. */
export function expectedTables(events: readonly ShopEvent[]): Tables {
  const tables: Record<string, Record<string, string>> = {};
  const put = (name: string, key: string, value: string) => {
    tables[name] = { ...tables[name], [key]: value };
  };
  const units = (cents: number) => (cents / 100).toFixed(2);
  const created = events.filter((event) => event.eventType === "ORDER_CREATED");
  const cancelled = events.filter((event) => event.eventType === "ORDER_CANCELLED");
  const cents = (of: readonly ShopEvent[]) => of.reduce((sum, each) => sum + each.totalCents, 0);
  if (created.length > 0) {
    put("orders_total", "", String(created.length - cancelled.length));
    put("revenue_total", "", units(cents(created) - cents(cancelled)));
  }
  for (const minute of new Set(created.map((event) => event.timestamp.slice(0, 16)))) {
    const placed = created.filter((event) => event.timestamp.startsWith(minute));
    put("orders_per_minute", `${minute}Z`, String(placed.length));
  }
  for (const id of new Set(created.flatMap(({ items }) => items.map((item) => item.productId)))) {
    const of = (list: readonly ShopEvent[]) => {
      const items = list.flatMap((event) => event.items).filter((item) => item.productId === id);
      return {
        orders: list.filter((event) => event.items.some((item) => item.productId === id)).length,
        pieces: items.reduce((sum, item) => sum + item.quantity, 0),
        cents: items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0),
      };
    };
    const [plus, minus] = [of(created), of(cancelled)];
    const pieces = plus.pieces - minus.pieces;
    put("top_products", id, String(pieces));
    put(
      "product",
      id,
      `${plus.orders - minus.orders} ${pieces} ${units(plus.cents - minus.cents)}`,
    );
  }
  const dayOf = (event: ShopEvent) => `${event.customerId} ${event.timestamp.slice(0, 10)}`;
  for (const key of new Set(events.map(dayOf))) {
    const of = (type: string) =>
      events.filter((event) => event.eventType === type && dayOf(event) === key);
    const counts = ["ORDER_CREATED", "PAYMENT_COMPLETED", "ORDER_SHIPPED", "ORDER_CANCELLED"].map(
      (type) => of(type).length,
    );
    put(
      "summary",
      key,
      `${counts.join(" ")} ${units(cents(of("ORDER_CREATED")) - cents(of("ORDER_CANCELLED")))}`,
    );
  }
  return tables;
}
