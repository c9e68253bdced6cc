import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { setImmediate as untilWritten } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKafka, separateKafka } from "../../../../src/runtime/kafka/kafka-client.ts";
import { cutConnections } from "../../../../src/runtime/kafka/kafkajs-internals/connections.ts";
import {
  createCluster,
  type KafkaBroker,
  type KafkaCluster,
  readUncommitted,
  withCluster,
} from "../../../../src/runtime/kafka/kafkajs-internals/kafka-cluster.ts";
import { logSizes } from "../../../../src/runtime/kafka/kafkajs-internals/log-sizes.ts";
import { noPatience } from "../../../../src/runtime/kafka/patience.ts";
import { createTestTopic, type TestTopic, testSettings, uniqueName } from "../../services.ts";

const require = createRequire(import.meta.url);
const Lock = require("kafkajs/src/utils/lock") as new (options: {
  timeout: number;
}) => { acquire(): Promise<void> };

const partitions = [0, 1, 2];
const writtenTo = 1;
const writtenBytes = 100_000;
/** Beyond any test's wait: only a cut ends it sooner. */
const fetchWaitMs = 20_000;

let topic: TestTopic;
let kafka: Kafka;

beforeAll(async () => {
  topic = await createTestTopic(partitions.length);
  kafka = topic.kafka;
  const producer = kafka.producer();
  await producer.connect();
  const value = randomBytes(writtenBytes);
  await producer.send({ topic: topic.topic, messages: [{ partition: writtenTo, value }] });
  await producer.disconnect();
});
afterAll(() => topic.drop());

/** The end of each partition, in order. */
async function endsOf(cluster: KafkaCluster): Promise<readonly number[]> {
  await cluster.addTargetTopic(topic.topic);
  const asked = partitions.map((partition) => ({ partition }));
  const [found] = await cluster.fetchTopicsOffset([
    { topic: topic.topic, fromBeginning: false, partitions: asked },
  ]);
  return [...(found?.partitions ?? [])]
    .sort((a, b) => a.partition - b.partition)
    .map(({ offset }) => Number(offset));
}

const isConnected = (cluster: KafkaCluster) =>
  (cluster as unknown as { isConnected(): boolean }).isConnected();

/** Of an empty partition: the broker keeps it, and everything behind it, for a long time. */
function longFetch(broker: KafkaBroker): Promise<unknown> {
  const asked = { partition: 0, fetchOffset: "0", maxBytes: 1_000 };
  return broker.fetch({
    maxWaitTime: fetchWaitMs,
    minBytes: 1,
    maxBytes: 1_000,
    isolationLevel: readUncommitted,
    topics: [{ topic: topic.topic, partitions: [asked] }],
  });
}

async function leaderOf(cluster: KafkaCluster): Promise<KafkaBroker> {
  await cluster.addTargetTopic(topic.topic);
  const [nodeId = ""] = Object.keys(cluster.findLeaderForPartitions(topic.topic, [0]));
  return cluster.findBroker({ nodeId });
}

describe("a cluster", () => {
  it("tells a topic's partitions, leaders and ends", async () => {
    await withCluster(kafka, {}, async (cluster) => {
      await cluster.addTargetTopic(topic.topic);
      const known = cluster.findTopicPartitionMetadata(topic.topic);
      expect(known.map(({ partitionId }) => partitionId).sort()).toEqual(partitions);
      const leaders = cluster.findLeaderForPartitions(topic.topic, partitions);
      expect(Object.values(leaders).flat().sort()).toEqual(partitions);
      expect(cluster.getNodeIds()).toEqual(expect.arrayContaining(Object.keys(leaders)));
      expect(await endsOf(cluster)).toEqual([0, 1, 0]);
    });
  });

  it("ends at what is committed, unless told otherwise", async () => {
    const transactionalId = uniqueName("transaction");
    const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const open = await producer.transaction();
    try {
      await open.send({ topic: topic.topic, messages: [{ partition: 2, value: "open" }] });
      expect(await withCluster(kafka, {}, endsOf)).toEqual([0, 1, 0]);
      const uncommitted = { isolationLevel: readUncommitted } as const;
      expect(await withCluster(kafka, uncommitted, endsOf)).toEqual([0, 1, 1]);
    } finally {
      await open.abort();
      await producer.disconnect();
    }
  });

  it.each(["is done", "fails"])("is closed when its work %s", async (how) => {
    let used: KafkaCluster | undefined;
    const trouble = new Error("the work failed");
    const work = withCluster(kafka, {}, async (cluster) => {
      used = cluster;
      expect(isConnected(cluster)).toBe(true);
      if (how === "fails") throw trouble;
    });
    await (how === "fails" ? expect(work).rejects.toBe(trouble) : work);
    expect(used && isConnected(used)).toBe(false);
  });

  it("is refused of a client that does not make it as the known version does", () => {
    expect(() => createCluster({} as Kafka)).toThrow("not the version");
  });
});

describe("connections that are cut", () => {
  it("fail what is in flight at once, disturb no other client's, and open anew", async () => {
    const [cut, other] = [separateKafka(kafka), separateKafka(kafka)];
    const [ours, theirs] = [createCluster(cut), createCluster(other)];
    try {
      await Promise.all([ours.connect(), theirs.connect()]);
      const [broker] = await Promise.all([leaderOf(ours), leaderOf(theirs)]);
      const failed = expect(longFetch(broker)).rejects.toThrow("given up after a failed request");
      await untilWritten();
      const beganMs = performance.now();
      cutConnections(cut);
      await failed;
      expect(performance.now() - beganMs).toBeLessThan(fetchWaitMs / 4);
      expect([isConnected(ours), isConnected(theirs)]).toEqual([false, true]);
      expect(await endsOf(ours)).toEqual(await endsOf(theirs));
    } finally {
      await Promise.all([ours.disconnect(), theirs.disconnect()]);
    }
  });
});

describe("the lookup of a group's coordinator", () => {
  it("is tried again when its connection broke", async () => {
    const client = separateKafka(kafka);
    let tries = 0;
    const found = await withCluster(client, {}, async (cluster) => {
      tries += 1;
      const broker = await leaderOf(cluster);
      if (tries > 1) return cluster.findGroupCoordinator({ groupId: uniqueName("group") });
      const fetch = longFetch(broker).catch(() => {});
      // Answers come in order: this one's is not there before the fetch's.
      const lookup = cluster.findGroupCoordinator({ groupId: uniqueName("group") });
      await Promise.all([untilWritten().then(() => cutConnections(client)), fetch, lookup]);
      return lookup;
    });
    expect([tries, found.connectionPool]).toEqual([2, expect.anything()]);
  });

  it("says what the broker said, where that is final", async () => {
    const noSuchType = 99;
    await withCluster(kafka, {}, async (cluster) => {
      await cluster.refreshMetadata();
      const lookup = cluster.findGroupCoordinator({
        groupId: uniqueName("group"),
        coordinatorType: noSuchType,
      } as { groupId: string });
      await expect(lookup).rejects.toMatchObject({ type: "INVALID_REQUEST" });
    });
  });

  it("waits again for a broker that is being connected to", async () => {
    const lock = new Lock({ timeout: 1 });
    await lock.acquire();
    await expect(lock.acquire()).rejects.toMatchObject({ retriable: true });
  });
});

describe("sizes on the brokers' disks", () => {
  it("are told of every partition, also of an empty one", async () => {
    const sizes = (await logSizes(kafka))?.filter((each) => each.topic === topic.topic) ?? [];
    expect(sizes.map(({ partition }) => partition).sort()).toEqual(partitions);
    const bytesOf = (partition: number) =>
      sizes.find((each) => each.partition === partition)?.bytes;
    expect(bytesOf(0)).toBe(0);
    expect(bytesOf(writtenTo)).toBeGreaterThan(writtenBytes);
    expect(bytesOf(writtenTo)).toBeLessThan(1.01 * writtenBytes);
  });

  it("are undefined where no broker tells", async () => {
    const nobody = testSettings({ brokers: "127.0.0.1:1" });
    const options = { connectRetries: 0, patience: noPatience };
    const lost = createKafka(nobody, "orders-test", undefined, options);
    expect(await logSizes(lost)).toBeUndefined();
  });
});
