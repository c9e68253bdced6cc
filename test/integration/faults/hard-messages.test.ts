import { CompressionTypes } from "kafkajs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
  type TestPipeline,
  toValue,
} from "../reservation/pipeline.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await createPipeline(4, {
    topicConfig: [{ name: "max.message.bytes", value: "4000000" }],
  });
});
afterEach(() => pipeline.close());

const letters = async () =>
  (
    await pipeline.database.query<{ n: number; published: number }>({
      text: "SELECT count(*) AS n, count(published_at) AS published FROM dead_letters",
    })
  ).rows[0];

const publishedLetters = () =>
  withAdmin(pipeline.kafka, async (admin) =>
    (await admin.fetchTopicOffsets(pipeline.dlqTopic)).reduce(
      (sum, { high }) => sum + Number(high),
      0,
    ),
  );

it("reads every compression", async () => {
  const producer = pipeline.kafka.producer();
  await producer.connect();
  for (const compression of [
    CompressionTypes.GZIP,
    CompressionTypes.Snappy,
    CompressionTypes.LZ4,
    CompressionTypes.ZSTD,
  ]) {
    const messages = manyOrders(500).map((order) => ({
      key: order.customerId,
      value: toValue(order),
    }));
    await producer.send({ topic: pipeline.settings.topic, compression, messages });
  }
  await producer.disconnect();
  expect(await pipeline.consume()).toMatchObject({ reserved: 2_000, deadLettered: 0 });
});

it("loses nothing among as many invalid messages", async () => {
  const good = manyOrders(5_000);
  for (let at = 0; at < good.length; at += 1_000) {
    await pipeline.send(
      good.slice(at, at + 1_000).flatMap((order) => [
        { key: order.customerId, value: Buffer.from(`{"order_id": "${order.orderId}"}`) },
        { key: order.customerId, value: toValue(order) },
      ]),
    );
  }
  expect(await pipeline.consume()).toMatchObject({ reserved: 5_000, deadLettered: 5_000 });
  expect((await outcomesById(pipeline.database)).size).toBe(5_000);
  expect(await letters()).toEqual({ n: 5_000, published: 5_000 });
  expect(await publishedLetters()).toBe(5_000);
  await reconciledStock(pipeline.database);
});

it("reads messages larger than a fetch, and publishes dead letters larger than their topic takes", async () => {
  const large = Buffer.alloc(3_000_000, "x");
  const [before, after] = [manyOrders(20), manyOrders(20)];
  await pipeline.place(before);
  for (let i = 0; i < 8; i++) await pipeline.send([{ key: `CUST${i}`, value: large }]);
  await pipeline.place(after);
  await pipeline.send([{ key: "CUST0", value: Buffer.from("small") }]);
  expect(
    await pipeline.consume({ settings: { fetchPartitionBytes: 10_000, fetchBytes: 10_000 } }),
  ).toMatchObject({ reserved: 40, deadLettered: 9, caughtUp: true });
  // The dead-letter topic takes a megabyte: the letters are there all the same, none held up.
  expect(await letters()).toEqual({ n: 9, published: 9 });
  expect(await publishedLetters()).toBe(9);
});

it("decides once what two groups read into one database, dead letters too", async () => {
  const orders = manyOrders(1_000);
  await pipeline.place(orders);
  const [first] = orders;
  if (first === undefined) return;
  await pipeline.place([{ ...first, lines: [{ productId: "PROD002", quantity: 3, amount: 1 }] }]);
  await pipeline.send([{ key: "k", value: Buffer.from("poison") }]);
  const results = await Promise.all([
    pipeline.consume({ settings: { batch: 50 } }),
    pipeline.consume({ settings: { batch: 50, group: `${pipeline.settings.group}-other` } }),
  ]);
  const sum = (key: "reserved" | "deadLettered") =>
    results.reduce((n, result) => n + result[key], 0);
  expect([sum("reserved"), sum("deadLettered")]).toEqual([1_000, 2]);
  expect((await letters())?.n).toBe(2);
  await reconciledStock(pipeline.database);
});
