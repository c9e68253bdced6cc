import { afterEach, beforeEach, expect, it } from "vitest";
import { Failure } from "../../../src/failure/failure.ts";
import { takeOver } from "../../../src/partitions/take-over.ts";
import { reservationOffsets } from "../../../src/reservation/reservation-offsets.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
  type TestPipeline,
  toValue,
} from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await createPipeline(2);
});
afterEach(() => pipeline.close());

/** What retention does: everything before `offset` is gone. */
const deleteBefore = (partition: number, offset: number) =>
  withAdmin(pipeline.kafka, async (admin) => {
    const { topic } = pipeline.settings;
    // kafkajs deletes only where it has the topic's metadata already.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });

async function placeOn(partition: number, count: number) {
  const messages = manyOrders(count).map((o) => ({ key: "k", value: toValue(o), partition }));
  // Many small batches: Kafka hands out a whole one, however large it is.
  for (let at = 0; at < count; at += 10) await pipeline.send(messages.slice(at, at + 10));
}

const refusedWith = (refused: unknown) => {
  expect(refused).toBeInstanceOf(Failure);
  expect((refused as Failure).exitCode).toBe(4);
  return `${(refused as Failure).message}; ${(refused as Failure).meaning}`;
};

it("names what retention deleted undecided, and goes on only when told to", async () => {
  await placeOn(0, 100);
  await placeOn(1, 100);
  await pipeline.consume();
  await placeOn(0, 50);
  await placeOn(1, 50);
  await deleteBefore(1, 130);
  const message = refusedWith(await pipeline.consume().catch((error: unknown) => error));
  expect(message).toMatch(/1 partitions: partition 1: stored 100, the log has 130 to 150/);
  expect(message).toMatch(/30 messages were deleted before they were decided/);
  const said: string[] = [];
  expect(
    await pipeline.consume({ acceptLoss: true, log: (line) => said.push(line) }),
  ).toMatchObject({ reserved: 70, caughtUp: true });
  expect(said.join("\n")).toMatch(/accepted: .*partition 1: stored 100, the log has 130 to 150/);
  expect((await outcomesById(pipeline.database)).size).toBe(270);
  await reconciledStock(pipeline.database);
});

/** Runs a consumer whose transactions wait for a lock, deletes beneath it, and lets it go on. */
async function deletedWhileRunning(from: number, placed: number, deletedTo: number) {
  const ended = pipeline
    .consume({
      untilCaughtUp: false,
      settings: { fetchPartitionBytes: 2_000, batch: 1, workers: 1 },
    })
    .catch((error: unknown) => error);
  await eventually(async () => (await outcomesById(pipeline.database)).size === from, "it reads");
  await pipeline.database.transaction(async (tx) => {
    await tx.query({ text: "SELECT 1 FROM inventory FOR UPDATE" });
    await placeOn(0, placed);
    await deleteBefore(0, deletedTo);
  });
  const message = refusedWith(await ended);
  // What it had in memory is not lost: it ends between two of the batches that were placed.
  const stored = Number(/stored (\d+)/.exec(message)?.[1]);
  expect(stored % 10).toBe(0);
  expect((await outcomesById(pipeline.database)).size).toBe(stored);
  return message;
}

it("notices while it runs what was deleted before it was fetched", async () => {
  await placeOn(0, 10);
  const message = await deletedWhileRunning(10, 300, 200);
  expect(message).toMatch(/partition 0: stored \d+, the log has 200 to 310/);
});

it("notices it even when nothing is left and nothing comes after", async () => {
  await placeOn(0, 10);
  const message = await deletedWhileRunning(10, 300, 310);
  expect(message).toMatch(/partition 0: stored \d+, the log has 310 to 310/);
});

it("takes no offset of another cluster for one of this, also in partitions assigned later", async () => {
  const { group, topic } = pipeline.settings;
  // Offsets of another cluster that happen to lie within this log.
  await pipeline.database.query(
    {
      text: `
        WITH one AS (INSERT INTO consumer_groups VALUES ($1, $2, 'another'))
        INSERT INTO consumer_offsets SELECT $1, $2, partition, 15 FROM generate_series(0, 1) AS partition`,
    },
    [group, topic],
  );
  const ranges = [0, 1].map((partition) => ({ partition, low: 0, high: 20 }));
  const log = { topicId: undefined, ranges };
  const said: string[] = [];
  const assign = (partition: number) =>
    takeOver(pipeline.database, log, [partition], {
      command: "orders consume",
      store: reservationOffsets,
      group,
      topic,
      clusterId: "this",
      from: "earliest",
      acceptLoss: true,
      log: (line) => said.push(line),
    });
  expect(await assign(0)).toEqual(new Map([[0, 0]]));
  expect(await assign(1)).toEqual(new Map([[1, 0]]));
  expect(said.join()).toMatch(/belong to Kafka cluster another/);
});

it("records the dead letter of a topic made anew where the old one had one at the same offset", async () => {
  const { topic } = pipeline.settings;
  await pipeline.database.query(
    {
      text: `
        INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, message_value, published_at)
        VALUES ($1, 0, 0, 'not_json', 'of the old topic', 'old', now())`,
    },
    [topic],
  );
  await pipeline.send([{ key: "k", value: Buffer.from("new"), partition: 0 }]);
  expect(await pipeline.consume()).toMatchObject({ deadLettered: 1 });
  const { rows } = await pipeline.database.query<{ value: string; published: boolean }>({
    text: "SELECT convert_from(message_value, 'UTF8') AS value, published_at > recorded_at AS published FROM dead_letters",
  });
  expect(rows).toEqual([{ value: "new", published: true }]);
});
