import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, uniqueName } from "../services.ts";
import { OwnKafka } from "./own-kafka.ts";
import { readLog } from "./read-log.ts";
import { anOrder, type RunningApi, runApi } from "./running-api.ts";

const publishTimeoutMs = 2_000;

let kafka: OwnKafka;
beforeAll(async () => {
  kafka = await OwnKafka.start();
}, 90_000);
afterAll(() => kafka?.remove());

async function apiOn(partitions: number, overrides = {}) {
  const topic = uniqueName("orders");
  await kafka.createTopic(topic, partitions);
  const settings = { brokers: kafka.brokers, topic, publishTimeoutMs, requestTimeoutMs: 1_000 };
  const api = await runApi({ ...settings, ...overrides });
  await api.untilReady();
  return { api, topic };
}

/** Orders placed one after the other, each with a key, by one customer, until told to stop. */
class Customer {
  readonly accepted: string[] = [];
  /** Ids of orders whose first answer was 504, by key. */
  readonly unknown = new Map<string, string>();
  readonly refused: string[] = [];
  readonly #api: RunningApi;
  readonly #name: string;

  constructor(api: RunningApi, name: string) {
    this.#api = api;
    this.#name = name;
  }

  async placeUntil(stopped: () => boolean): Promise<void> {
    for (let n = 0; !stopped(); n += 1) {
      const { status, body } = await this.place(`key-${n}`);
      if (status === 202) this.accepted.push(body.order_id as string);
      else if (status === 504) this.unknown.set(`key-${n}`, body.order_id as string);
      else this.refused.push(body.error as string);
    }
  }

  place(key: string) {
    return this.#api.post("/order", anOrder(this.#name), { "idempotency-key": key });
  }
}

test("Kafka stops while orders are taken: no 202 is lost, no 504 is doubled by its retry", async () => {
  const { api, topic } = await apiOn(10);
  const customers = Array.from({ length: 20 }, (_, n) => new Customer(api, `CUST${n}`));
  let stopped = false;
  const placing = customers.map((customer) => customer.placeUntil(() => stopped));
  const count = (of: "accepted" | "refused") =>
    customers.reduce((sum, customer) => sum + customer[of].length, 0);
  await eventually(() => count("accepted") > 500, "orders are accepted");
  await kafka.signal("SIGKILL");
  await eventually(() => count("refused") > 50, "orders are refused");
  expect(await api.get("/ready")).toMatchObject({ status: 503, body: { status: "not_ready" } });
  expect((await api.get("/health")).status).toBe(200);
  await kafka.start();
  await api.untilReady();
  const before = count("accepted");
  await eventually(() => count("accepted") > before + 500, "orders are accepted again");
  stopped = true;
  await Promise.all(placing);
  // Refused at once, or after waiting behind the request that failed.
  const reasons = new Set(customers.flatMap(({ refused }) => refused));
  expect([...reasons].filter((reason) => !/^(not_connected|too_late)$/.test(reason))).toEqual([]);

  const retried = customers.flatMap((customer) =>
    [...customer.unknown].map(([key, id]) => ({ customer, key, id })),
  );
  for (const { customer, key, id } of retried) {
    expect(await customer.place(key)).toMatchObject({ status: 202, body: { order_id: id } });
  }
  const counts = await api.stop();
  expect(counts.accepted).toBe(count("accepted") + retried.length);
  expect(counts.unknown).toBe(retried.length);

  const ids = (await readLog(kafka.client(), topic)).map(
    ({ value }) => (JSON.parse(value) as { order_id: string }).order_id,
  );
  const inLog = new Set(ids);
  const lost = customers.flatMap(({ accepted }) => accepted).filter((id) => !inLog.has(id));
  expect(lost).toEqual([]);
  // Whatever is there more than once is a 504 and its retry: one id, so one outcome.
  const unknownIds = new Set(retried.map(({ id }) => id));
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index);
  expect(doubled.filter((id) => !unknownIds.has(id))).toEqual([]);
  expect(retried.filter(({ id }) => !inLog.has(id))).toEqual([]);
  expect(api.logLines.some((line) => line.includes("Producer error"))).toBe(true);
});

test("a restart of the broker within the publish timeout loses and refuses nothing in flight", async () => {
  const { api, topic } = await apiOn(3, { publishTimeoutMs: 40_000 });
  expect((await api.post("/order", anOrder())).status).toBe(202);
  await kafka.signal("SIGTERM");
  const waiting = Array.from({ length: 20 }, (_, n) => api.post("/order", anOrder(`CUST${n}`)));
  await kafka.start();
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([202]));
  await api.stop();
  expect(await readLog(kafka.client(), topic)).toHaveLength(21);
});

test("orders that the queue has no room for, or no time, are refused and never published", async () => {
  const { api, topic } = await apiOn(3, { publishQueue: 10 });
  await kafka.signal("SIGSTOP");
  const first = api.post("/order", anOrder("CUST-first"));
  await eventually(
    async () => (await api.post("/orders/batch", Array(10).fill(anOrder()))).status === 503,
    "the queue is full",
  );
  const waiting = Array.from({ length: 30 }, (_, n) => api.post("/order", anOrder(`CUST${n}`)));
  const answers = await Promise.all(waiting);
  const errors = answers.map(({ status, body }) => `${status} ${body.error ?? body.status}`);
  expect(errors).toContain("503 queue_full");
  expect(answers.every(({ status }) => status === 503 || status === 504)).toBe(true);
  const refused = answers.find(({ status }) => status === 503);
  expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
  const unknown = [await first, ...answers].filter(({ status }) => status === 504);
  expect((await first).body).toEqual({ order_id: expect.any(String), status: "unknown" });
  await kafka.signal("SIGCONT");
  await api.untilReady();
  expect((await api.post("/order", anOrder("CUST-last"))).status).toBe(202);
  const counts = await api.stop();
  expect(counts.accepted).toBe(1);
  const inLog = (await readLog(kafka.client(), topic)).map(
    ({ value }) => (JSON.parse(value) as { order_id: string }).order_id,
  );
  const mayBeThere = new Set(unknown.map(({ body }) => body.order_id));
  expect(inLog.filter((id) => mayBeThere.has(id)).length).toBe(inLog.length - 1);
});

test("the API starts before Kafka does", async () => {
  const topic = uniqueName("orders");
  await kafka.createTopic(topic, 3);
  await kafka.signal("SIGTERM");
  const settings = { brokers: kafka.brokers, topic, publishTimeoutMs, requestTimeoutMs: 1_000 };
  const api = await runApi(settings);
  expect((await api.get("/health")).status).toBe(200);
  expect((await api.get("/ready")).status).toBe(503);
  const refused = await api.post("/order", anOrder());
  expect(refused).toMatchObject({ status: 503, body: { error: "not_connected" } });
  await kafka.start();
  await api.untilReady();
  expect((await api.post("/order", anOrder())).status).toBe(202);
  await api.stop();
});
