import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveApi } from "../../../src/intake/wiring/serve-api.ts";
import {
  type LoadRequest,
  type LoadRequestText,
  parseLoadRequest,
} from "../../../src/load/load-request.ts";
import type { LoadResult } from "../../../src/load/run-load.ts";
import { foreignKafka } from "../../../src/load/targets/foreign/foreign-kafka.ts";
import { httpBatchTarget, httpTarget } from "../../../src/load/targets/http.ts";
import { kafkaTarget } from "../../../src/load/targets/kafka.ts";
import type { TargetKind } from "../../../src/load/targets/target-kind.ts";
import { produceLoad } from "../../../src/load/wiring/produce-load.ts";
import { parseOrderMessage } from "../../../src/order/order-message.ts";
import { partitionOfKey } from "../../../src/runtime/kafka/partitioner.ts";
import { createServiceLog } from "../../../src/runtime/lifecycle/output/service-log.ts";
import type { Settings } from "../../../src/runtime/settings/settings.ts";
import {
  createTestTopic,
  eventually,
  type TestTopic,
  testSettings,
  uniqueName,
} from "../services.ts";

const partitions = 4;
let topic: TestTopic;
beforeEach(async () => {
  topic = await createTestTopic(partitions);
});
afterEach(() => topic.drop());

const request = (text: Partial<LoadRequestText> = {}) =>
  parseLoadRequest({ rate: "1000", duration: "500ms", timeout: "30s", ...text });
const options = { maxInFlight: 10_000, connectionsMax: 100 };

/** A run of it, and the orders of the run that were acknowledged, sorted. */
async function acknowledged(
  load: LoadRequest,
  target: TargetKind,
  settings: Settings,
): Promise<{ readonly result: LoadResult; readonly ackedIds: readonly string[] }> {
  const ids: string[] = [];
  const { result } = await produceLoad(load, { ...options, target }, settings, {
    onSettled({ state, orderId }) {
      if (state === "acked") ids.push(orderId);
    },
  });
  return { result, ackedIds: ids.sort() };
}

interface Found {
  readonly orderId: string;
  readonly customerId: string;
  readonly partition: number;
  readonly key: string;
}

/** Every order in the topic, read from its beginning. */
async function readTopic(expected: number): Promise<readonly Found[]> {
  const found: Found[] = [];
  const consumer = topic.kafka.consumer({ groupId: uniqueName("test-load"), maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic.topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const parsed = parseOrderMessage(message.value, 0);
        if (!parsed.ok) throw new Error(parsed.invalid.detail);
        const { orderId, customerId } = parsed.order;
        found.push({ orderId, customerId, partition, key: message.key?.toString() ?? "" });
      },
    });
    await eventually(() => found.length >= expected, `${expected} orders in the topic`);
    return found;
  } finally {
    await consumer.disconnect();
  }
}

describe("a load onto the topic", () => {
  it("puts every acknowledged order there once, keyed by its customer", async () => {
    const settings = testSettings({ topic: topic.topic });
    const { result, ackedIds } = await acknowledged(request(), kafkaTarget, settings);
    expect(result.counts).toMatchObject({ offered: 500, acked: 500 });
    const found = await readTopic(500);
    expect(found.map((order) => order.orderId).sort()).toEqual(ackedIds);
    for (const { key, customerId, partition } of found) {
      expect(key).toBe(customerId);
      expect(partition).toBe(partitionOfKey(key, partitions));
    }
  });

  it("writes another system's messages: key, value and headers in its form", async () => {
    const settings = testSettings({ topic: topic.topic });
    const load = request({ duration: "100ms" });
    const target = foreignKafka(
      {
        ...{ key: "{{product_id}}", headers: ["ref: {{fingerprint}}", "source: load"] },
        body: '{"order_id":{{order_id}},"who":"{{customer_id}}","n":{{quantity}}}',
      },
      load.workload,
    );
    const { ackedIds } = await acknowledged(load, target, settings);
    expect(ackedIds).toHaveLength(100);
    const found: { key: string; id: string; n: unknown; headers: string[] }[] = [];
    const consumer = topic.kafka.consumer({
      groupId: uniqueName("test-load"),
      maxWaitTimeInMs: 100,
    });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics: [topic.topic], fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message: { key, value, headers } }) => {
          const { order_id, n } = JSON.parse(String(value)) as { order_id: string; n: unknown };
          const texts = [headers?.["ref"], headers?.["source"]].map(String);
          found.push({ key: String(key), id: order_id, n, headers: texts });
        },
      });
      await eventually(() => found.length >= 100, "100 messages in the topic");
    } finally {
      await consumer.disconnect();
    }
    expect(found.map(({ id }) => id).sort()).toEqual(ackedIds);
    for (const { key, n, headers } of found) {
      expect(key).toMatch(/^PROD\d{3}$/);
      expect(n).toBeTypeOf("number");
      expect(headers[0]).toContain(load.workload.runId);
      expect(headers[1]).toBe("load");
    }
    expect(new Set(found.map(({ headers }) => headers[0])).size).toBe(100);
  });

  it("keeps a batch within what the broker takes, even if all orders are one customer's", async () => {
    const settings = testSettings({ topic: topic.topic, maxMessageBytes: 20_000 });
    const load = request({ rate: "20000", duration: "100ms", customers: 1, linesPerOrder: 5 });
    const { result } = await produceLoad(load, { ...options, target: kafkaTarget }, settings);
    expect(result.counts).toMatchObject({ offered: 2_000, acked: 2_000 });
  });

  it("drops what its bounded queue cannot take", async () => {
    const settings = testSettings({ topic: topic.topic, publishQueue: 3 });
    const load = request({ rate: "20000", duration: "100ms" });
    const { result } = await produceLoad(load, { ...options, target: kafkaTarget }, settings);
    expect(result.answers.map((each) => each.kind)).toContain("publish queue full");
    expect(result.counts.acked + result.counts.dropped).toBe(2_000);
    await readTopic(result.counts.acked);
  });

  it("says at once that Kafka is not there", async () => {
    const settings = testSettings({ topic: topic.topic, brokers: "127.0.0.1:1" });
    await expect(
      produceLoad(request(), { ...options, target: kafkaTarget }, settings),
    ).rejects.toMatchObject({ kind: "environment" });
  });
});

describe("a load on the real API", () => {
  it.each([
    undefined,
    50,
  ])("finds every accepted order in the topic, under the id that was known beforehand (%s a request)", async (perRequest) => {
    const controller = new AbortController();
    let listening: (port: number) => void = () => {};
    const port = new Promise<number>((resolve) => {
      listening = resolve;
    });
    const settings = testSettings({ topic: topic.topic });
    const served = serveApi({
      settings,
      host: "127.0.0.1",
      port: 0,
      log: createServiceLog({ level: "error", to: "stderr" }),
      signal: controller.signal,
      onListening: listening,
    });
    try {
      const apiUrl = `http://127.0.0.1:${await port}`;
      // It listens before Kafka is reached, and answers 503 until then.
      await eventually(async () => (await fetch(`${apiUrl}/ready`)).ok, "the API is ready");
      const load = request({ linesPerOrder: 2, perRequest });
      const target = perRequest === undefined ? httpTarget : httpBatchTarget(perRequest);
      const { result, ackedIds } = await acknowledged(load, target, { ...settings, apiUrl });
      expect(result.answers).toEqual([{ state: "acked", kind: "202", count: 500 }]);
      const found = await readTopic(500);
      expect(found.map((order) => order.orderId).sort()).toEqual(ackedIds);
    } finally {
      controller.abort();
      await served;
    }
  });
});
