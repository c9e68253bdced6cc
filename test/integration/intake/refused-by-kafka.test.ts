import { afterEach, expect, test } from "vitest";
import { createTestTopic, eventually, type TestTopic } from "../services.ts";
import { readLog } from "./read-log.ts";
import { anOrder, type RunningApi, runApi } from "./running-api.ts";

let topic: TestTopic;
let api: RunningApi;
afterEach(async () => {
  await api.stop();
  await topic.drop();
});

async function apiOn(name: string, value: string) {
  topic = await createTestTopic(4, { configEntries: [{ name, value }] });
  api = await runApi({ topic: topic.topic });
  await api.untilReady();
}

const lines = (count: number) => ({
  customer_id: "CUST001",
  items: Array.from({ length: count }, () => ({
    product_id: "P".repeat(255),
    quantity: 1,
    price: 1,
  })),
  amount: count,
});

test("what the topic does not take is 413 with its limit, and nobody else's order fails", async () => {
  await apiOn("max.message.bytes", "20000");
  const batch = Array.from({ length: 300 }, () => anOrder("CUST001"));
  let poisoning = true;
  let others = 0;
  const load = (async () => {
    while (poisoning) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => api.post("/order", anOrder(`OTHER${others + n}`))),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
      others += answers.length;
    }
  })();
  const answers = await Promise.all([
    ...Array.from({ length: 6 }, () => api.post("/orders/batch", batch)),
    ...Array.from({ length: 6 }, () => api.post("/order", lines(100))),
    api.post("/orders/batch", [anOrder(), lines(100)]),
  ]);
  poisoning = false;
  await load;
  // Many small orders of one customer: more than one batch may hold, so they go in several.
  expect(answers.slice(0, 6).map(({ status }) => status)).toEqual(Array(6).fill(202));
  for (const { status, body } of answers.slice(6)) {
    expect(status, JSON.stringify(body)).toBe(413);
    expect(body.error).toBe("order_too_large");
  }
  const { body } = await api.post("/order", lines(100));
  expect(body.message).toMatch(/larger than the \d{5} bytes that the topic takes/);
  expect((await api.get("/ready")).status).toBe(200);
  const log = await readLog(topic.kafka, topic.topic);
  expect(log.filter(({ value }) => !value.includes("items"))).toHaveLength(
    1_800 + others + ((answers[12]?.body.acked as string[] | undefined) ?? []).length,
  );
  expect(log.filter(({ value }) => value.includes("items"))).toEqual([]);
});

test("a refusal for good is 502 with Kafka's reason, and never in doubt", async () => {
  // Whatever is older than this very millisecond is refused.
  await apiOn("message.timestamp.before.max.ms", "0");
  const refused = await eventually(async () => {
    const answer = await api.post("/orders/batch", [anOrder("A"), anOrder("B"), anOrder("C")]);
    expect([202, 502]).toContain(answer.status);
    return answer.status === 502 && answer;
  }, "Kafka refuses what is older");
  expect(refused.body.message).toContain("INVALID_TIMESTAMP");
  expect((await api.get("/ready")).body.reason).toContain("INVALID_TIMESTAMP");
});
