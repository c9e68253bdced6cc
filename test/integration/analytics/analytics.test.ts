import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ShopEvent } from "../../../src/order/shop-event.ts";
import { writeShopEvent } from "../../../src/order/shop-event.ts";
import { openLagSampler } from "../../../src/runtime/kafka/lag/open-lag-sampler.ts";
import { migrate } from "../../../src/runtime/postgres/migrate.ts";
import { anyEvents, eventsOf } from "../../arbitrary/shop-events.ts";
import { eventually } from "../services.ts";
import { type AnalyticsBench, createAnalyticsBench } from "./analytics-bench.ts";
import { expectedTables, readTables } from "./tables.ts";

let bench: AnalyticsBench;
beforeEach(async () => {
  bench = await createAnalyticsBench();
});
afterEach(() => bench.close());

function manyEvents(count: number): ShopEvent[] {
  const events: ShopEvent[] = [];
  while (events.length < count) events.push(...fc.sample(anyEvents, 20).flat());
  return events;
}

it("counts every event once: to the cent, with copies, and with all of the log read again", async () => {
  const events = manyEvents(800);
  await bench.publish(events);
  await bench.publish(events.filter((_, index) => index % 7 === 0));
  const first = await bench.count({ settings: { batch: 100 } });
  const copies = events.filter((_, index) => index % 7 === 0).length;
  expect(first).toMatchObject({
    counted: events.length,
    duplicates: copies,
    dead: 0,
    caughtUp: true,
  });
  expect(await readTables(bench.database)).toEqual(expectedTables(events));

  // Copies that come after all else, in batches of their own.
  await bench.publish(events);
  expect(await bench.count()).toMatchObject({ counted: 0, duplicates: events.length });
  // The log from its start, as an operator would have it.
  await bench.database.query({ text: "UPDATE analytics.consumer_offsets SET next_offset = 0" });
  expect(await bench.count()).toMatchObject({
    counted: 0,
    duplicates: 2 * events.length + copies,
  });
  expect(await readTables(bench.database)).toEqual(expectedTables(events));
});

it("reads the log again without the event ids, and counts nothing twice", async () => {
  const events = manyEvents(100);
  await bench.publish(events);
  await bench.count();
  await bench.database.query({
    text: "UPDATE analytics.event_days SET last_seen_at = now() - interval '8 days'",
  });
  const dropped = await bench.database.query<{ dropped: number }>({
    text: "SELECT analytics.drop_days('7 days') AS dropped",
  });
  expect(dropped.rows[0]?.dropped).toBeGreaterThan(0);
  await bench.database.query({ text: "UPDATE analytics.consumer_offsets SET next_offset = 0" });
  expect(await bench.count()).toMatchObject({ counted: 0, duplicates: events.length, dead: 0 });
  // At new offsets nobody can tell: set aside, and said.
  await bench.publish(events.slice(0, 10));
  expect(await bench.count()).toMatchObject({ counted: 0, duplicates: 0, dead: 10 });
  expect(await readTables(bench.database)).toEqual(expectedTables(events));
});

it("records what can never be counted, once, and counts its neighbours", async () => {
  const events = eventsOf(
    ["ORDER_CREATED", "PAYMENT_COMPLETED"],
    [{ productId: "PROD001", quantity: 2, priceCents: 333 }],
  );
  const [created, paid] = events;
  if (created === undefined || paid === undefined) throw new Error("no events");
  const text = writeShopEvent(created);
  const poison: [string, string | Buffer | null][] = [
    ["not_json", "{"],
    ["not_json", Buffer.from([0xff, 0xfe, 0x00])],
    ["empty", null],
    ["unknown_version", text.replace('"version":1', '"version":2')],
    ["unknown_type", text.replace("ORDER_CREATED", "ORDER_SMASHED\\u0000")],
    ["invalid", text.replace("6.66", "6.67")],
    ["invalid", text.replace(created.timestamp, "0000-01-01T00:00:00Z")],
  ];
  await bench.send([
    { key: "k", value: text, partition: 0 },
    ...poison.map(([, value]) => ({ key: "k", value, partition: 0 })),
    { key: "k", value: writeShopEvent(paid), partition: 0 },
  ]);
  expect(await bench.count()).toMatchObject({ counted: 2, duplicates: 0, dead: poison.length });
  await bench.database.query({ text: "UPDATE analytics.consumer_offsets SET next_offset = 0" });
  expect(await bench.count()).toMatchObject({ counted: 0, duplicates: 2, dead: 0 });
  const { rows } = await bench.database.query<{ reason: string }>({
    text: "SELECT reason FROM analytics.dead_events ORDER BY source_partition, source_offset",
  });
  expect(rows.map(({ reason }) => reason)).toEqual(poison.map(([reason]) => reason));
  expect(await readTables(bench.database)).toEqual(expectedTables(events));
});

it("sets aside what the database refuses, and counts all around it", async () => {
  const events = manyEvents(200);
  const item = { productId: "REFUSED", quantity: 1, priceCents: 1 };
  const poisoned = [eventsOf(["ORDER_CREATED"], [item]), eventsOf(["ORDER_CREATED"], [item])];
  await bench.database.query({
    text: "ALTER TABLE analytics.product_sales ADD CHECK (product_id <> 'REFUSED')",
  });
  await bench.publish([...events.slice(0, 90), ...poisoned.flat(), ...events.slice(90)]);
  expect(await bench.count()).toMatchObject({ counted: events.length, dead: 2 });
  const { rows } = await bench.database.query<{ reason: string; detail: string }>({
    text: "SELECT reason, detail FROM analytics.dead_events",
  });
  expect(rows).toHaveLength(2);
  for (const row of rows)
    expect(row).toEqual({ reason: "refused", detail: expect.stringContaining("check constraint") });
  expect(await readTables(bench.database)).toEqual(expectedTables(events));
});

it("says the same of a customer's day whatever is folded, and removes what is too old", async () => {
  const events = manyEvents(300);
  await bench.publish(events);
  await bench.count({ settings: { batch: 10 } });
  const fold = { text: "SELECT analytics.fold_summaries(3) AS folded" };
  await bench.publish(
    eventsOf(["ORDER_CREATED"], [{ productId: "P", quantity: 1, priceCents: 1 }], "LATE"),
  );
  await bench.count();
  for (let folded = 1; folded > 0; ) {
    const before = await readTables(bench.database);
    folded = (await bench.database.query<{ folded: number }>(fold)).rows[0]?.folded ?? 0;
    expect(await readTables(bench.database)).toEqual(before);
  }
  const prune = { text: "SELECT analytics.prune('1 day', 2) AS pruned" };
  for (let pruned = 1; pruned > 0; )
    pruned = (await bench.database.query<{ pruned: number }>(prune)).rows[0]?.pruned ?? 0;
  // All that is left of January: totals and products.
  const left = await readTables(bench.database);
  expect(Object.keys(left)).not.toContain("summary");
  expect(Object.keys(left)).not.toContain("orders_per_minute");
  expect(Object.keys(left)).toContain("product");
});

it("shares the partitions between two, under load, and counts every event once", async () => {
  const events = manyEvents(3_000);
  const stop = new AbortController();
  const options = { untilCaughtUp: false, signal: stop.signal, settings: { batch: 50 } };
  const running = [bench.count(options)];
  await bench.publish(events.slice(0, 1_000));
  running.push(bench.count(options));
  for (let at = 1_000; at < events.length; at += 200)
    await bench.publish(events.slice(at, at + 200));
  await bench.publish(events.slice(500, 1_500));
  await eventually(async () => {
    const { rows } = await bench.database.query<{ counted: number }>({
      text: "SELECT count(*) AS counted FROM analytics.processed_events",
    });
    return rows[0]?.counted === events.length;
  }, "all are counted");
  stop.abort();
  const results = await Promise.all(running);
  expect(results.reduce((sum, each) => sum + each.counted, 0)).toBe(events.length);
  expect(results.reduce((sum, each) => sum + each.dead, 0)).toBe(0);
  await bench.count();
  expect(await readTables(bench.database)).toEqual(expectedTables(events));
});

it("tells `orders lag` where it stands, beside the pipeline's tables and without them", async () => {
  const events = manyEvents(50);
  await bench.publish(events);
  await bench.count();
  const { eventsTopic: topic, analyticsGroup: group } = bench.settings;
  const sum = async () => {
    const sampler = await openLagSampler({ ...bench.settings, topic, group });
    try {
      const { database } = await sampler.sample();
      expect(database.unknown).toBeNull();
      return [...database.next.values()].reduce((all, next) => all + next, 0);
    } finally {
      await sampler.close();
    }
  };
  expect(await sum()).toBe(events.length);
  await migrate(bench.database);
  expect(await sum()).toBe(events.length);
});

it("says which tables are missing", async () => {
  await bench.database.query({ text: "DROP SCHEMA analytics CASCADE" });
  await expect(bench.count()).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringContaining("no tables for analytics"),
  });
  await migrate(bench.database, "analytics");
  expect(await bench.count()).toMatchObject({ caughtUp: true });
});
