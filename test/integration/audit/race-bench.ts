import { randomUUID } from "node:crypto";
import type { RaceOrder } from "../../../src/audit/race/place-order.ts";
import { planRace } from "../../../src/audit/race/plan-race.ts";
import { type RaceOptions, runRace } from "../../../src/audit/race/run-race.ts";
import { openKafkaOrderPlacer } from "../../../src/audit/wiring/open-kafka-order-placer.ts";
import { openLogReader } from "../../../src/audit/wiring/open-log-reader.ts";
import type { Narrator } from "../../../src/ports/narrator.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { partitionOfKey } from "../../../src/runtime/kafka/partitioner.ts";
import {
  createTestDatabase,
  createTestTopic,
  eventually,
  testSettings,
  uniqueName,
} from "../services.ts";
import { referenceSchema, startTestConsumer, type TestConsumer } from "./test-consumers.ts";

export const silentNarrator: Narrator = {
  step: (_title, work) => work(() => {}),
};

export const raceDefaults = {
  products: ["PROD007"],
  seed: "test",
  concurrency: 64,
  orders: 60,
  rounds: 3,
  quantity: 1,
  stock: undefined,
  allowWrites: true,
  hold: true,
  holdMsMax: 4_000,
  timeoutMs: 20_000,
  settleMs: 1_000,
  probe: true,
} as const;

/** Orders for PROD007, each by a customer of its own. */
export function racersOf(count: number, raceId = randomUUID().slice(0, 8)): readonly RaceOrder[] {
  const [round] = planRace({
    ...{ raceId, seed: "test", products: [{ productId: "PROD007", unitPrice: 199.99 }] },
    ...{ quantity: 1, orders: count, rounds: 1, partitions: 12, partitionOf: partitionOfKey },
    placedAtMs: Date.now(),
  });
  return [...(round?.orders() ?? [])];
}

export type RaceBench = Awaited<ReturnType<typeof openRaceBench>>;

/** A database, a topic and a group of the test's own, with all that a race needs. */
export async function openRaceBench(schema: "ours" | "reference") {
  const { url, database, drop } = await createTestDatabase({ empty: schema === "reference" });
  if (schema === "reference") await database.query({ text: referenceSchema });
  const topic = await createTestTopic(12);
  const group = uniqueName("audit");
  const log = await openLogReader(
    createKafka(testSettings(), "orders-test-audit"),
    topic.topic,
    group,
  );
  const placer = await openKafkaOrderPlacer(topic.kafka, topic.topic);
  const consumers: TestConsumer[] = [];
  return {
    url,
    database,
    log,
    placer,
    group,
    topic,
    async consume(
      reserve: Parameters<typeof startTestConsumer>[0]["reserve"],
      transactions = 4,
      offsets?: "kafka" | "never",
    ): Promise<TestConsumer> {
      const consumer = await startTestConsumer({
        kafka: topic.kafka,
        topic: topic.topic,
        group,
        databaseUrl: url,
        transactions,
        reserve,
        offsets,
      });
      consumers.push(consumer);
      await eventually(async () => (await log.groupState()).members > 0, "the consumer has joined");
      return consumer;
    },
    race(options: Partial<RaceOptions> = {}, signal = new AbortController().signal) {
      return runRace(
        { database, log },
        placer,
        { ...raceDefaults, raceId: randomUUID().slice(0, 8), ...options },
        silentNarrator,
        signal,
      );
    },
    async close() {
      for (const consumer of consumers) await consumer.stop();
      await placer.close();
      await log.close();
      await topic.drop();
      await drop();
    },
  };
}
