import { expect, it } from "vitest";
import type { Order } from "../../src/order/order.ts";
import { reconcileById } from "../integration/faults/reconcile.ts";
import {
  createPipeline,
  manyOrders,
  type TestPipeline,
  toValue,
} from "../integration/reservation/pipeline.ts";

const half = 25_000;

/** Every way for a message to be no order, each of them unlike every other message. */
const kinds: readonly (readonly [string, (order: Order, n: number) => Buffer | null])[] = [
  ["tombstone", () => null],
  ["empty", () => Buffer.alloc(0)],
  ["not_utf8", (_, n) => Buffer.concat([Buffer.from([0xc3, 0x28]), Buffer.from(String(n))])],
  ["not_json", (_, n) => Buffer.from(`not json ${n}`)],
  ["not_json", (order) => toValue(order).subarray(0, 60)],
  ["not_an_object", (_, n) => Buffer.from(`[${n}]`)],
  ["not_an_object", (_, n) => Buffer.from(String(n))],
  ["invalid_field", changed((n) => ({ order_id: `order-${n}` }))],
  ["invalid_field", changed((n) => ({ customer_id: `a\u0000${n}` }))],
  ["invalid_field", changed((n) => ({ customer_id: "x".repeat(300) + n }))],
  ["invalid_field", changed(() => ({ quantity: 0 }))],
  ["invalid_field", changed((n) => ({ quantity: -n - 1 }))],
  ["invalid_field", changed((n) => ({ quantity: n + 0.5 }))],
  ["invalid_field", changed((n) => ({ quantity: String(n) }))],
  ["invalid_field", changed(() => ({ quantity: 2 ** 31 }))],
  ["invalid_field", changed(() => ({ amount: -1 }))],
  ["invalid_field", changed(() => ({ product_id: "" }))],
  ["invalid_field", changed(() => ({ items: [] }))],
  ["invalid_field", changed(() => ({ items: [{ product_id: "PROD001", quantity: 1 }, null] }))],
  // Well-formed, but its id is taken by another order.
  ["conflicting_duplicate", (order) => toValue({ ...order, customerId: `${order.customerId}x` })],
];
/** Found by halving the transaction again and again: dear, so there are few. */
const refusedByTheDatabase = 25;

function changed(change: (n: number) => object) {
  return (order: Order, n: number) => {
    const json = JSON.parse(toValue(order).toString()) as object;
    return Buffer.from(JSON.stringify({ ...json, order_id: crypto.randomUUID(), n, ...change(n) }));
  };
}

const hex = (value: Buffer | null) => value?.toString("hex") ?? "null";

it("decides every good one among fifty thousand messages, and dead-letters every poison one with its reason", async () => {
  const pipeline = await createPipeline(12);
  try {
    await pipeline.database.query({
      text: "ALTER TABLE orders ADD CHECK (customer_id <> 'REFUSED')",
    });
    const good = manyOrders(half);
    const expected = await placeAmong(pipeline, good);
    const result = await pipeline.consume();
    expect(result).toMatchObject({ caughtUp: true, deadLettered: half });
    const { rows } = await pipeline.database.query<{ value: Buffer | null; reason: string }>({
      text: "SELECT message_value AS value, reason FROM dead_letters",
    });
    expect(rows.map(({ value, reason }) => `${hex(value)} ${reason}`).sort()).toEqual(
      expected.sort(),
    );
    const { reserved, rejected, deadLetters } = await reconcileById(pipeline, good);
    expect([reserved + rejected, deadLetters]).toEqual([half, half]);
  } finally {
    await pipeline.close();
  }
});

/** @returns contents and reason of each poison message. */
async function placeAmong(pipeline: TestPipeline, good: readonly Order[]): Promise<string[]> {
  const expected: string[] = [];
  for (let at = 0; at < good.length; at += 1_000) {
    const messages = good.slice(at, at + 1_000).flatMap((order, index) => {
      const n = at + index;
      const [reason, poison] =
        n % (half / refusedByTheDatabase) === 0
          ? (["unprocessable", changed(() => ({ customer_id: "REFUSED" }))] as const)
          : (kinds[n % kinds.length] ?? (["", () => null] as const));
      const value = poison(order, n);
      expected.push(`${hex(value)} ${reason}`);
      return [
        { key: order.customerId, value: toValue(order) },
        { key: order.customerId, value },
      ];
    });
    await pipeline.send(messages);
  }
  return expected;
}
