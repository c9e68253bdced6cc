import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decide } from "../../../src/order/decide.ts";
import type { Order } from "../../../src/order/order.ts";
import { sameContent } from "../../../src/order/order.ts";
import type { Slice } from "../../../src/partitions/slice.ts";
import { decideWork } from "../../../src/reservation/decide-work.ts";
import { prepareWork } from "../../../src/reservation/prepare-work.ts";
import { batchStrategy } from "../../../src/reservation/strategies/batch.ts";
import type { Work } from "../../../src/reservation/work.ts";
import { anyOrder, anyStock } from "../../arbitrary/orders.ts";
import { createTestDatabase, type TestDatabase } from "../services.ts";
import { reconciledStock, toValue } from "./pipeline.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
});
afterAll(() => db.drop());

/** Ids from a small pool, so that the same id comes again: as a retry and with other content. */
const fewIds = fc
  .nat(12)
  .map((n) => `0190a6d0-0000-7000-8000-0000000000${String(n).padStart(2, "0")}`);
const wholeCents = anyOrder(fewIds).map(
  (order): Order => ({
    ...order,
    lines: order.lines.map((line) => ({ ...line, amount: line.quantity * 10 })),
  }),
);

async function emptied(stock: ReadonlyMap<string, number>, partitions: number) {
  await db.database.query({ text: "TRUNCATE orders, dead_letters, consumer_offsets, inventory" });
  await db.database.query(
    {
      text: `INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
             SELECT id, id, n, n, 1 FROM unnest($1::text[], $2::bigint[]) AS t (id, n)`,
    },
    [[...stock.keys()], [...stock.values()]],
  );
  await db.database.query(
    {
      text: "INSERT INTO consumer_offsets SELECT 'g', 't', p, 0 FROM generate_series(0, $1::integer) AS p",
    },
    [partitions],
  );
}

function workOf(orders: readonly Order[], partition: number, from: number): Work {
  const messages = orders.map((order, index) => ({
    offset: from + index,
    key: Buffer.from(order.customerId),
    value: toValue(order),
    timestampMs: 0,
  }));
  const slice: Slice = { partition, from, next: from + orders.length, messages };
  return prepareWork("g", "t", [slice]);
}

/** What the specification says, one order after the other. */
function expected(stock: ReadonlyMap<string, number>, orders: readonly Order[]) {
  const first = new Map<string, Order>();
  let conflicts = 0;
  for (const order of orders) {
    const earlier = first.get(order.orderId);
    if (earlier === undefined) first.set(order.orderId, order);
    else if (!sameContent(earlier, order)) conflicts++;
  }
  const unique = [...first.values()];
  const { outcomes } = decide(stock, unique);
  return {
    conflicts,
    outcomes: new Map(unique.map((order, index) => [order.orderId, outcomes[index]])),
  };
}

async function storedOutcomes() {
  const { rows } = await db.database.query<{
    order_id: string;
    status: string;
    rejection_reason: string | null;
    rejection_detail: { product_id: string; wanted: number; available: number } | null;
    lines: number;
  }>({
    text: `SELECT order_id, status, rejection_reason, rejection_detail, count(*) AS lines
           FROM orders GROUP BY 1, 2, 3, 4`,
  });
  return new Map(
    rows.map((row) => [
      row.order_id,
      row.rejection_detail === null
        ? { status: row.status }
        : {
            status: row.status,
            reason: row.rejection_reason,
            productId: row.rejection_detail.product_id,
            wanted: row.rejection_detail.wanted,
            available: row.rejection_detail.available,
          },
    ]),
  );
}

describe("the batch strategy on PostgreSQL", () => {
  it("gives the result of the pure decision, for any batches of any orders", async () => {
    const batches = fc.array(fc.array(wholeCents, { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(anyStock, batches, async (stock, list) => {
        await emptied(stock, 0);
        const strategy = batchStrategy(db.database);
        let from = 0;
        for (const orders of list) {
          const result = await strategy.reserve(workOf(orders, 0, from));
          expect(result.kind).toBe("committed");
          from += orders.length;
        }
        const { outcomes, conflicts } = expected(stock, list.flat());
        expect(await storedOutcomes()).toEqual(outcomes);
        const dead = await db.database.query<{ n: number }>({
          text: "SELECT count(*) AS n FROM dead_letters",
        });
        expect(dead.rows[0]?.n).toBe(conflicts);
        await reconciledStock(db.database);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps every invariant when overlapping batches run at the same time", async () => {
    const batches = fc.array(fc.array(wholeCents, { minLength: 1, maxLength: 15 }), {
      minLength: 2,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(anyStock, batches, async (stock, list) => {
        await emptied(stock, list.length);
        const strategy = batchStrategy(db.database);
        const results = await Promise.all(
          list.map((orders, partition) => strategy.reserve(workOf(orders, partition, 0))),
        );
        const counts = results.map((result) =>
          result.kind === "committed" ? result.counts : undefined,
        );
        const total = counts.reduce(
          (sum, c) =>
            sum + (c === undefined ? 0 : c.reserved + c.rejected + c.deadLettered + c.duplicates),
          0,
        );
        expect(total).toBe(list.flat().length);
        const stored = await storedOutcomes();
        expect(new Set(stored.keys())).toEqual(new Set(list.flat().map((order) => order.orderId)));
        const rows = await reconciledStock(db.database);
        for (const outcome of stored.values()) {
          if (outcome.wanted !== undefined)
            expect(outcome.wanted).toBeGreaterThan(outcome.available);
        }
        for (const [id, row] of rows)
          expect(row.reserved_quantity).toBeLessThanOrEqual(stock.get(id) ?? 0);
      }),
      { numRuns: 40 },
    );
  });

  it("changes nothing when the same messages are delivered again", async () => {
    await emptied(new Map([["PROD001", 7]]), 0);
    const strategy = batchStrategy(db.database);
    const orders = fc.sample(wholeCents, { numRuns: 12, seed: 5 });
    await strategy.reserve(workOf(orders, 0, 0));
    const [before, stockBefore] = [await storedOutcomes(), await reconciledStock(db.database)];
    await db.database.query({ text: "UPDATE consumer_offsets SET next_offset = 0" });
    const again = await strategy.reserve(workOf(orders, 0, 0));
    expect(again).toMatchObject({
      kind: "committed",
      counts: { reserved: 0, rejected: 0, deadLettered: 0 },
    });
    expect(await storedOutcomes()).toEqual(before);
    expect(await reconciledStock(db.database)).toEqual(stockBefore);
  });

  it("writes nothing for work that begins at another offset than the stored one", async () => {
    await emptied(new Map([["PROD001", 7]]), 0);
    const strategy = batchStrategy(db.database);
    const orders = fc.sample(wholeCents, { numRuns: 3, seed: 1 });
    expect(await strategy.reserve(workOf(orders, 0, 5))).toEqual({
      kind: "fenced",
      stored: new Map([[0, 0]]),
    });
    expect(await storedOutcomes()).toEqual(new Map());
  });
});

it("takes nothing for an order whose further line is somebody else's row", async () => {
  await emptied(
    new Map([
      ["A", 100],
      ["B", 100],
    ]),
    1,
  );
  const [orderId, otherId] = [
    "0190a6d0-0000-7000-8000-000000000101",
    "0190a6d0-0000-7000-8000-000000000102",
  ];
  await db.database.query(
    {
      text: `INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status)
             VALUES ($1, 2, 'c', 'B', 7, 1, 'reserved')`,
    },
    [orderId],
  );
  const lines = [
    { productId: "A", quantity: 1, amount: 1 },
    { productId: "B", quantity: 2, amount: 2 },
  ];
  const order = (id: string): Order => ({ orderId: id, customerId: "c", lines, placedAtMs: 0 });
  const decided = await decideWork(workOf([order(orderId), order(otherId)], 0, 0), {
    strategy: batchStrategy(db.database),
    isOurs: () => true,
    onTrouble: () => {},
  });
  expect(decided.counts).toMatchObject({ reserved: 1, deadLettered: 1 });
  const { rows } = await db.database.query<{ product_id: string; reserved_quantity: number }>({
    text: "SELECT product_id, reserved_quantity FROM inventory ORDER BY 1",
  });
  expect(rows.map((row) => row.reserved_quantity)).toEqual([1, 2]);
});
