import { afterEach, beforeEach, expect, it } from "vitest";
import { readMetrics } from "../../../src/analytics/read-metrics.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import { type StockEvent, writeStockEvent } from "../../../src/order/stock-event.ts";
import { type AnalyticsBench, createAnalyticsBench } from "./analytics-bench.ts";

let bench: AnalyticsBench;
beforeEach(async () => {
  bench = await createAnalyticsBench(1);
});
afterEach(() => bench.close());

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function changed(productId: string, available: number, version: number): StockEvent {
  return {
    ...{ eventId: newOrderId(), type: "STOCK_CHANGED", productId, available, version },
    ...{ reserved: 100 - available, total: 100, timestamp: at(version) },
  };
}

async function tell(...values: readonly (StockEvent | string)[]): Promise<void> {
  const messages = values.map((value) => ({
    key: typeof value === "string" ? "k" : value.productId,
    value: typeof value === "string" ? value : writeStockEvent(value),
  }));
  await bench.send(messages, bench.settings.stockTopic);
}

async function alerts(): Promise<readonly string[]> {
  await bench.count();
  const { inventory_alerts } = await readMetrics(bench.database, 10);
  return inventory_alerts.map(({ product_id, level, available, total, since, wanted }) =>
    [product_id, level, available, total, since.slice(17, 19), wanted].join(" "),
  );
}

it("alerts of low and empty stock, whatever the order of the events, until it is back", async () => {
  await tell(changed("A", 9, 2), changed("B", 10, 2), changed("C", 0, 5), changed("C", 50, 4));
  expect(await alerts()).toEqual(["C out 0 100 05 ", "A low 9 100 02 "]);
  // Since when does not change with the pieces; an older version changes nothing.
  await tell(changed("A", 3, 4), changed("A", 80, 3), changed("C", 0, 5));
  expect(await alerts()).toEqual(["C out 0 100 05 ", "A low 3 100 02 "]);
  await tell(changed("A", 80, 6), changed("C", 2, 7));
  expect(await alerts()).toEqual(["C low 2 100 07 "]);
});

it("names what orders wanted, and sets aside what nobody can read", async () => {
  const wanted = (productId: string, second: number, pieces: number): StockEvent => ({
    ...{ eventId: newOrderId(), orderId: newOrderId(), type: "RESTOCK_REQUESTED", productId },
    ...{ wanted: pieces, available: 1, timestamp: at(second) },
  });
  await tell(wanted("A", 9, 5), wanted("A", 8, 4), "{", changed("A", 1, 3), wanted("NEW", 3, 2));
  await tell(changed("B", 0, 1).eventId, '{"type":"STOCK_LOST"}');
  expect(await alerts()).toEqual(["A low 1 100 03 5", "NEW low 1  03 2"]);
  const { dead_events } = await readMetrics(bench.database, 10);
  expect(dead_events).toEqual([
    { reason: "not_json", events: 2 },
    { reason: "unknown_type", events: 1 },
  ]);
});
