import { expect, test } from "vitest";
import { orderIdForKey } from "../../../src/order/order-id.ts";
import { parseOrderMessage } from "../../../src/order/order-message.ts";
import { createTestTopic } from "../services.ts";
import { readLog } from "./read-log.ts";
import { runApi } from "./running-api.ts";

const ordersMax = 10_000;
const bytesMax = 8 * 1024 * 1024;

/** As many orders as are allowed, of one customer, as large as is allowed; order n has quantity n + 1. */
function largestBatch(): string {
  const order = (n: number, productId: string) =>
    JSON.stringify({ customer_id: "CUST001", product_id: productId, quantity: n + 1, amount: n });
  const shortest = Array.from({ length: ordersMax }, (_, n) => order(n, "").length + 1);
  const room = bytesMax - 1 - shortest.reduce((sum, length) => sum + length, 0);
  // Three UTF-8 bytes each: as many bytes as 255 characters can have.
  const productId = "€".repeat(Math.min(255, Math.floor(room / ordersMax / 3)));
  return `[${Array.from({ length: ordersMax }, (_, n) => order(n, productId)).join(",")}]`;
}

test("10,000 orders of one customer in one request of 8 MiB keep their order", async () => {
  const { topic, kafka, drop } = await createTestTopic(50);
  const api = await runApi({ topic });
  await api.untilReady();
  const body = largestBatch();
  expect(Buffer.byteLength(body)).toBeGreaterThan(bytesMax * 0.95);
  const answer = await api.post("/orders/batch", body, { "idempotency-key": "big" });
  expect(answer.status).toBe(202);
  expect(answer.body.count).toBe(ordersMax);
  const orderIds = answer.body.order_ids as string[];
  expect(orderIds[17]).toBe(orderIdForKey("CUST001", "big#17"));

  const tooMany = await api.post("/orders/batch", `${body.slice(0, -1)},${body.slice(1)}`);
  expect(tooMany.status).toBe(413);
  await api.stop();

  const log = await readLog(kafka, topic);
  expect(new Set(log.map(({ partition }) => partition)).size).toBe(1);
  const orders = log.map(({ value }) => parseOrderMessage(Buffer.from(value), 0));
  expect(orders.map((parsed) => parsed.ok && parsed.order.lines[0]?.quantity)).toEqual(
    Array.from({ length: ordersMax }, (_, n) => n + 1),
  );
  expect(orders.map((parsed) => parsed.ok && parsed.order.orderId)).toEqual(orderIds);
  await drop();
});

test("many large batches at once: each order is in the log once, in its customer's order", async () => {
  const { topic, kafka, drop } = await createTestTopic(5);
  const api = await runApi({ topic, compression: "lz4", publishBatch: 700 });
  await api.untilReady();
  const batchOf = (customer: number) =>
    Array.from({ length: 2_000 }, (_, n) => ({
      customer_id: `CUST${(customer + n) % 7}`,
      product_id: "PROD001",
      quantity: n + 1,
      amount: 1,
    }));
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => api.post("/orders/batch", batchOf(n))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
  await api.stop();
  const log = await readLog(kafka, topic);
  const placed = log.map(({ key, value }) => ({
    key,
    ...(JSON.parse(value) as { order_id: string; quantity: number }),
  }));
  expect(new Set(placed.map(({ order_id }) => order_id)).size).toBe(16_000);
  expect(placed).toHaveLength(16_000);
  for (const { body } of answers) {
    const ids = new Set(body.order_ids as string[]);
    const lastQuantityOf = new Map<string, number>();
    for (const { key, quantity } of placed.filter(({ order_id }) => ids.has(order_id))) {
      expect(quantity).toBeGreaterThan(lastQuantityOf.get(key) ?? 0);
      lastQuantityOf.set(key, quantity);
    }
  }
  await drop();
});
