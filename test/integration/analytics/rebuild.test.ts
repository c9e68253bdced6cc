import fc from "fast-check";
import { expect, it } from "vitest";
import { runRebuild } from "../../../src/analytics/wiring/run-rebuild.ts";
import type { ShopEvent } from "../../../src/order/shop-event.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { anyEvents } from "../../arbitrary/shop-events.ts";
import { eventually } from "../services.ts";
import { createAnalyticsBench } from "./analytics-bench.ts";
import { expectedTables, readTables } from "./tables.ts";

it("puts right what was wrong, while others count, and says what the log no longer has", async () => {
  const bench = await createAnalyticsBench();
  const { database, settings } = bench;
  const rebuild = (acceptLoss = false) =>
    runRebuild({ settings, acceptLoss, signal: new AbortController().signal, log: () => {} });
  try {
    const events: ShopEvent[] = [];
    while (events.length < 1_000) events.push(...fc.sample(anyEvents, 20).flat());
    await bench.publish(events.slice(0, 500));
    await bench.publish(events.slice(100, 200));
    await bench.count();
    await database.query({ text: "UPDATE analytics.sales_metrics SET value = value + 1" });
    await database.query({ text: "DELETE FROM analytics.product_sales" });
    await database.query({ text: "DELETE FROM analytics.order_summary_added" });

    const stop = new AbortController();
    const running = bench.count({ untilCaughtUp: false, signal: stop.signal });
    const [result] = await Promise.all([rebuild(), bench.publish(events.slice(500))]);
    expect(result).toMatchObject({ swapped: true, missing: 0 });
    await eventually(async () => {
      const { rows } = await database.query<{ counted: number }>({
        text: "SELECT count(*) AS counted FROM analytics.processed_events",
      });
      return rows[0]?.counted === events.length;
    }, "all are counted");
    stop.abort();
    await running;
    await bench.count();
    expect(await readTables(database)).toEqual(expectedTables(events));
    // Copies are known as before.
    await bench.publish(events.slice(400, 600));
    expect(await bench.count()).toMatchObject({ counted: 0, duplicates: 200 });
    const { rows } = await database.query({
      text: "SELECT FROM pg_namespace WHERE nspname = 'analytics_rebuild'",
    });
    expect(rows).toEqual([]);

    await withAdmin(createKafka(settings, "orders-test"), async (admin) => {
      // kafkajs deletes only what it has looked up.
      await admin.fetchTopicMetadata({ topics: [settings.eventsTopic] });
      const partitions = [{ partition: 0, offset: "1" }];
      await admin.deleteTopicRecords({ topic: settings.eventsTopic, partitions });
    });
    await expect(rebuild()).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining("lacks its first 1 messages"),
    });
    expect(await readTables(database)).toEqual(expectedTables(events));
    expect(await rebuild(true)).toMatchObject({ swapped: true, missing: 1 });
  } finally {
    await bench.close();
  }
});
