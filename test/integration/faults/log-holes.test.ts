import { Kafka, logLevel } from "kafkajs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Failure } from "../../../src/failure/failure.ts";
import { readLag } from "../../../src/inspect/lag/watch-lag.ts";
import { tailTopic } from "../../../src/inspect/topics/tail/tail-topic.ts";
import { buryBatch } from "../../../src/letters/bury-batch.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { readDatabaseStatus } from "../../../src/runtime/stack/read-database-status.ts";
import { freePort } from "../intake/own-kafka.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
  type TestPipeline,
  toValue,
} from "../reservation/pipeline.ts";
import { createTestTopic, eventually, testServices } from "../services.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await createPipeline(3);
});
afterEach(() => pipeline.close());

const place = (partition: number, count: number) =>
  pipeline.send(manyOrders(count).map((o) => ({ key: "k", value: toValue(o), partition })));

/** 70 kB on the wire, beyond the default limit when it is expanded. */
async function placeBomb(partition: number) {
  const { brokers } = testServices();
  // A client without our codecs: any program can write this.
  const kafka = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: pipeline.settings.topic,
    compression: 1,
    messages: [{ key: "k", value: Buffer.alloc(70_000_000), partition }],
  });
  await producer.disconnect();
}

const refused = (outcome: Promise<unknown>) =>
  outcome.then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(Failure);
      const { exitCode, message, meaning, remedy } = error as Failure;
      return { exitCode, text: `${message}; ${meaning}; ${remedy}` };
    },
  );

const letters = async () =>
  (
    await pipeline.database.query<{
      where: string;
      reason: string;
      last: number;
      published: boolean;
    }>({
      text: `
        SELECT source_partition || '/' || source_offset AS where, reason,
               source_last_offset AS last, published_at IS NOT NULL AS published
        FROM dead_letters`,
    })
  ).rows;

it("stops one partition at a batch that explodes, goes on with the others, and behind it when it is buried", async () => {
  const { topic, group } = pipeline.settings;
  await place(0, 5);
  await placeBomb(0);
  await place(0, 7);
  await place(1, 20);
  const said: string[] = [];
  const { exitCode, text } = await refused(pipeline.consume({ log: (line) => said.push(line) }));
  expect(exitCode).toBe(4);
  expect(text).toMatch(/1 partitions of .* partition 0: the batch of offset 5 cannot be decoded/);
  expect(text).toMatch(/too_large: gzip: it expands beyond 67108864 bytes/);
  expect(text).toContain(`orders dlq bury ${topic}/0/5`);
  expect(said.join("\n")).toMatch(/partition 0 stands: the batch of offset 5/);
  expect((await outcomesById(pipeline.database)).size).toBe(25);

  const reported = await readLag(pipeline.settings, {
    ...{ intervalMs: 0, onlyWithLag: false, signal: AbortSignal.timeout(30_000) },
  });
  expect(reported.standing).toMatchObject([{ partition: 0, first_offset: 5, why: "too_large" }]);
  expect(await readDatabaseStatus(pipeline.settings)).toMatchObject({
    standing: [{ partition: 0, first_offset: 5, why: "too_large" }],
  });
  const noted: string[] = [];
  const seen: number[] = [];
  await tailTopic(pipeline.settings, {
    ...{ topic, follow: false, count: undefined, start: { kind: "earliest" }, partition: 0 },
    ...{ key: undefined, grep: undefined, signal: AbortSignal.timeout(30_000) },
    onMessages: async (messages) => {
      seen.push(...messages.map(({ offset }) => offset));
    },
    onNote: (line) => noted.push(line),
  });
  expect(seen).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]);
  expect(noted).toEqual([
    expect.stringMatching(/partition 0: the batch of offset 5 cannot be decoded/),
  ]);

  // What is not undecodable, or not where the group stands, is not buried.
  for (const offset of [4, 6])
    expect(
      (await refused(buryBatch(pipeline.settings, { topic, partition: 0, offset }))).text,
    ).toMatch(/stands at offset 5 of partition 0/);
  expect(
    (await refused(buryBatch(pipeline.settings, { topic, partition: 1, offset: 20 }))).text,
  ).toMatch(/no undecodable batch at offset 20/);

  // A running consumer notices that it was buried.
  const stop = new AbortController();
  const port = await freePort();
  const running = pipeline.consume({
    ...{ untilCaughtUp: false, signal: stop.signal, health: { host: "127.0.0.1", port } },
  });
  const readiness = async () =>
    (await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined))?.text();
  await eventually(
    async () => /partition 0 stands: the batch of offset 5/.test((await readiness()) ?? ""),
    "/ready says so",
  );
  const buried = await buryBatch(pipeline.settings, { topic, partition: 0, offset: 5 });
  expect(buried).toMatchObject({ group, first_offset: 5, last_offset: 5, why: "too_large" });
  await eventually(async () => (await outcomesById(pipeline.database)).size === 32, "all decided");
  stop.abort();
  await running;
  expect(await pipeline.consume()).toMatchObject({ caughtUp: true, acceptedLoss: 0 });
  expect(await letters()).toEqual([
    { where: "0/5", reason: "undecodable_batch", last: 5, published: true },
  ]);
  await reconciledStock(pipeline.database);
});

it("ends all instances when each has nothing left but what stands", async () => {
  await placeBomb(0);
  await placeBomb(1);
  await place(2, 3);
  const [a, b] = await Promise.all([1, 2].map(() => refused(pipeline.consume())));
  expect([a?.exitCode, b?.exitCode]).toEqual([4, 4]);
  expect((await outcomesById(pipeline.database)).size).toBe(3);
});

it("passes over an aborted transaction that explodes", async () => {
  const producer = pipeline.kafka.producer({
    transactionalId: `tx-${pipeline.settings.topic}`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const tx = await producer.transaction();
  await tx.send({
    topic: pipeline.settings.topic,
    compression: 1,
    messages: [{ key: "k", value: Buffer.alloc(70_000_000), partition: 2 }],
  });
  await tx.abort();
  await producer.disconnect();
  await place(2, 3);
  expect(await pipeline.consume()).toMatchObject({ reserved: 3, caughtUp: true });
});

/** Lets the cleaner look at logs at once instead of every 15 s. */
const cleanerPauseMs = (ms: number) =>
  withAdmin(pipeline.kafka, async (admin) => {
    const { brokers } = await admin.describeCluster();
    await admin.alterConfigs({
      validateOnly: false,
      resources: brokers.map(({ nodeId }) => ({
        type: 4,
        name: String(nodeId),
        configEntries: [{ name: "log.cleaner.backoff.ms", value: String(ms) }],
      })),
    });
  });

it("stops before what compaction took out undecided, and goes on only when told to", async () => {
  const compacted = await createTestTopic(1, {
    configEntries: [
      { name: "cleanup.policy", value: "compact" },
      { name: "segment.ms", value: "100" },
      { name: "min.cleanable.dirty.ratio", value: "0.001" },
      { name: "max.compaction.lag.ms", value: "1" },
    ],
  });
  await cleanerPauseMs(200);
  try {
    const { topic } = compacted;
    const producer = compacted.kafka.producer();
    await producer.connect();
    const send = (key: string) =>
      producer.send({ topic, messages: manyOrders(1).map((o) => ({ key, value: toValue(o) })) });
    await send("first");
    for (let index = 0; index < 19; index++) await send("same");
    await send("last");
    await producer.disconnect();
    // The newest segment is never compacted; a message behind the others begins a new one.
    const said: string[] = [];
    const consume = (acceptLoss: boolean) =>
      pipeline.consume({ settings: { topic }, acceptLoss, log: (line) => said.push(line) });
    const { exitCode, text } = await eventually(
      async () => {
        const result = await refused(consume(false)).catch(() => undefined);
        if (result !== undefined) return result;
        await pipeline.database.query({ text: "DELETE FROM consumer_offsets" });
        return undefined;
      },
      "the log is compacted",
      60_000,
    );
    expect(exitCode).toBe(4);
    expect(text).toMatch(/no message at offsets? 1.* of partition 0/);
    expect(text).toMatch(/taken out of the log before they were decided, as compaction does/);
    expect(said.join("\n")).toMatch(
      /warning: cleanup.policy is compact on .*: compaction takes out/,
    );
    const result = await consume(true);
    expect(result.acceptedLoss).toBeGreaterThan(0);
    expect(said.join("\n")).toMatch(/accepted: \d+ offsets of partition 0, between 1 and \d+/);
    expect(await consume(false)).toMatchObject({ caughtUp: true, acceptedLoss: 0 });
  } finally {
    await cleanerPauseMs(15_000);
    await compacted.drop();
  }
});
