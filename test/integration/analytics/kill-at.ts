import { execa } from "execa";
import fc from "fast-check";
import { expect } from "vitest";
import type { analyticsFailpoints } from "../../../src/analytics/failpoints.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import type { ShopEvent } from "../../../src/order/shop-event.ts";
import { writeStockEvent } from "../../../src/order/stock-event.ts";
import { anyEvents } from "../../arbitrary/shop-events.ts";
import { createAnalyticsBench } from "./analytics-bench.ts";
import { expectedTables, readTables } from "./tables.ts";

export type AnalyticsFailpoint = (typeof analyticsFailpoints)[number];

/** More batches than are folded at once. */
const eventsMin = 1_000;
const batch = 20;
const products = 40;

/**
 * The analytics die at the point, and the next ones count the rest.
 * @throws when an event or a stock change then counted twice, or not at all.
 */
export async function killAt(point: AnalyticsFailpoint): Promise<void> {
  const bench = await createAnalyticsBench();
  try {
    const events: ShopEvent[] = [];
    while (events.length < eventsMin) events.push(...fc.sample(anyEvents, 20).flat());
    await bench.publish(events);
    const timestamp = new Date().toISOString();
    const stock = Array.from({ length: products }, (_, n) => ({
      key: `P${n}`,
      value: writeStockEvent({
        ...{ eventId: newOrderId(), type: "STOCK_CHANGED", productId: `P${n}`, version: 1 },
        ...{ available: n % 2, reserved: 100 - (n % 2), total: 100, timestamp },
      }),
    }));
    await bench.send(stock, bench.settings.stockTopic);
    const args = ["analytics", "--batch", String(batch), "--until-caught-up"];
    const killed = await execa("node", ["bin/run.js", ...args], {
      env: { ...bench.environment, ORDERS_FAILPOINT: point },
      ...{ reject: false, all: true, timeout: 60_000 },
    });
    expect(killed.signal, `${point} was never reached; it said:\n${killed.all}`).toBe("SIGKILL");
    expect(killed.stderr).toContain("ORDERS_FAILPOINT is set");
    expect(await bench.count()).toMatchObject({ dead: 0, caughtUp: true });
    expect(await readTables(bench.database)).toEqual(expectedTables(events));
    const { rows } = await bench.database.query<{ low: number; out: number }>({
      text: `SELECT count(*) FILTER (WHERE level = 'low') AS low, count(*) FILTER (WHERE level = 'out') AS out
             FROM analytics.inventory_alerts`,
    });
    expect(rows).toEqual([{ low: products / 2, out: products / 2 }]);
  } finally {
    await bench.close();
  }
}
