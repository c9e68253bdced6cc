import { afterAll, beforeAll, expect, it } from "vitest";
import type { Order } from "../../../../src/order/order.ts";
import { newOrderId } from "../../../../src/order/order-id.ts";
import { createStrategy } from "../../../../src/reservation/strategies/create-strategy.ts";
import { nowaitStrategy } from "../../../../src/reservation/strategies/nowait.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../../services.ts";
import { reconciledStock } from "../pipeline.ts";
import {
  begin,
  deadLetters,
  decideBy,
  exactStrategies,
  keepHistory,
  refusingNothing,
  storedLines,
  storedOffsets,
  workOf,
} from "./conformance-database.ts";
import { interfering } from "./interfering.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
  await keepHistory(db.database);
});
afterAll(() => db.drop());

function order(...lines: readonly (readonly [productId: string, quantity: number])[]): Order {
  return {
    orderId: newOrderId(),
    customerId: "CUST1",
    lines: lines.map(([productId, quantity]) => ({ productId, quantity, amount: quantity * 10 })),
    placedAtMs: 0,
  };
}

const exactly = (...args: Parameters<typeof createStrategy>) =>
  refusingNothing(createStrategy(...args));

const outcomeOf = async ({ orderId }: Order) => {
  const [row] = (await storedLines(db.database)).get(orderId) ?? [];
  return row === undefined ? undefined : { status: row.status, detail: row.rejection_detail };
};
const available = async (id: string) =>
  (await reconciledStock(db.database)).get(id)?.available_quantity;

/** What a program does that knows neither versions nor slots; its order row is there, too. */
async function foreignTakes(productId: string, pieces: number) {
  await db.database.query(
    {
      text: `WITH taken AS (
               UPDATE inventory SET available_quantity = available_quantity - $2,
                                    reserved_quantity = reserved_quantity + $2
               WHERE product_id = $1 RETURNING product_id)
             INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
             SELECT $3, 'FOREIGN', product_id, $2, 1, 'reserved' FROM taken`,
    },
    [productId, pieces, newOrderId()],
  );
}

/** Runs `during` while another transaction has the product's row. */
async function whileLocked<T>(productId: string, during: () => Promise<T>): Promise<T> {
  return db.database.transaction(async (tx) => {
    await tx.query({ text: "SELECT FROM inventory WHERE product_id = $1 FOR UPDATE" }, [productId]);
    return during();
  });
}

it("nowait gives an order up with a reason of its own, moves on, and stays with it", async () => {
  await begin(db.database, {
    stock: new Map([
      ["A", 5],
      ["B", 5],
    ]),
    partitions: 1,
  });
  const [held, free] = [order(["A", 1]), order(["B", 1])];
  const strategy = nowaitStrategy(db.database, 3);
  const decided = await whileLocked("A", () =>
    decideBy(refusingNothing(strategy), workOf([held, free], 0, 0)),
  );
  expect(decided.counts).toMatchObject({ reserved: 1, rejected: 0, deadLettered: 1 });
  expect(decided.retries).toBe(3);
  const letter = { order_id: held.orderId, reason: "stock_locked" };
  expect(await deadLetters(db.database)).toEqual([letter]);
  expect(await storedOffsets(db.database)).toEqual([2]);
  // Read again with nobody at the row: its one outcome stands.
  await db.database.query({ text: "UPDATE consumer_offsets SET next_offset = 0" });
  await decideBy(refusingNothing(strategy), workOf([held, free], 0, 0));
  expect(await outcomeOf(held)).toBeUndefined();
  expect(await deadLetters(db.database)).toEqual([letter]);
  expect(await available("A")).toBe(5);
});

it.each([
  "optimistic",
  "serializable",
  "conditional",
] as const)("%s notices what a program without versions took between its look and its update", async (name) => {
  await begin(db.database, { stock: new Map([["A", 5]]), partitions: 1 });
  const statement = name === "optimistic" ? "take_if_unchanged" : "take_if_available";
  const meddled = interfering(db.database, statement, () => foreignTakes("A", 4));
  const [late] = [order(["A", 3])];
  const decided = await decideBy(exactly(name, meddled), workOf([late], 0, 0));
  expect(decided.retries).toBe(name === "conditional" ? 0 : 1);
  expect(await outcomeOf(late)).toEqual({
    status: "rejected",
    detail: { product_id: "A", wanted: 3, available: 1 },
  });
  expect(await available("A")).toBe(1);
});

it("optimistic locks at last where the stock changes every time", async () => {
  await begin(db.database, { stock: new Map([["A", 100]]), partitions: 1 });
  let database = db.database;
  for (let i = 0; i < 10; i++)
    database = interfering(database, "take_if_unchanged", () => foreignTakes("A", 1));
  const wanted = order(["A", 3]);
  const decided = await decideBy(exactly("optimistic", database), workOf([wanted], 0, 0));
  expect(decided.counts.reserved).toBe(1);
  expect(decided.retries).toBeGreaterThan(0);
  await reconciledStock(db.database);
});

it("conditional gives back what a short order took, and decides anew when stock arrives", async () => {
  await begin(db.database, {
    stock: new Map([
      ["A", 9],
      ["B", 1],
    ]),
    partitions: 1,
  });
  const short = order(["B", 2], ["A", 4]);
  await decideBy(exactly("conditional", db.database), workOf([short], 0, 0));
  expect(await outcomeOf(short)).toEqual({
    status: "rejected",
    detail: { product_id: "B", wanted: 2, available: 1 },
  });
  expect(await available("A")).toBe(9);
  const arrives = interfering(db.database, "peek_stock", () =>
    db.database.query({
      text: "UPDATE inventory SET available_quantity = 8, total_quantity = 8 + reserved_quantity WHERE product_id = 'B'",
    }),
  );
  const met = order(["B", 2], ["A", 4]);
  await decideBy(exactly("conditional", arrives), workOf([met], 0, 1));
  expect(await outcomeOf(met)).toMatchObject({ status: "reserved" });
  expect([await available("A"), await available("B")]).toEqual([5, 6]);
});

it("spread refuses only when all slots together are short", async () => {
  await begin(db.database, { stock: new Map([["A", 16]]), partitions: 1, slots: 8 });
  const orders = [order(["A", 5]), order(["A", 2]), order(["A", 9]), order(["A", 10])];
  await decideBy(exactly("spread", db.database), workOf(orders, 0, 0));
  const outcomes = await Promise.all(orders.map(outcomeOf));
  expect(outcomes.map((outcome) => outcome?.status)).toEqual([
    "reserved",
    "reserved",
    "reserved",
    "rejected",
  ]);
  expect(outcomes[3]?.detail).toEqual({ product_id: "A", wanted: 10, available: 0 });
});

it("spread keeps no promise that others have made impossible", async () => {
  await begin(db.database, { stock: new Map([["A", 20]]), partitions: 1, slots: 2 });
  await foreignTakes("A", 19);
  const orders = [order(["A", 3]), order(["A", 1]), order(["A", 1])];
  const decided = await decideBy(exactly("spread", db.database), workOf(orders, 0, 0));
  expect(decided.counts).toMatchObject({ reserved: 1, rejected: 2, deadLettered: 0 });
  const outcomes = await Promise.all(orders.map(outcomeOf));
  expect(outcomes[0]?.detail).toEqual({ product_id: "A", wanted: 3, available: 1 });
  expect(await available("A")).toBe(0);
});

it("spread does not wait for the product's row before its COMMIT; row-lock does", async () => {
  await begin(db.database, { stock: new Map([["A", 20]]), partitions: 2, slots: 2 });
  const waitingFor = async (partition: number, name: "spread" | "row-lock") => {
    let running: Promise<unknown> | undefined;
    const query = await whileLocked("A", async () => {
      const work = workOf([order(["A", 1])], partition, 0);
      running = decideBy(exactly(name, db.database), work);
      return eventually(async () => {
        const { rows } = await db.database.query<{ query: string }>({
          text: `SELECT query FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        });
        return rows[0]?.query;
      }, "the order waits for the row");
    });
    await running;
    return query;
  };
  expect(await waitingFor(0, "spread")).toBe("COMMIT");
  expect(await waitingFor(1, "row-lock")).toContain("FOR UPDATE");
  expect(await available("A")).toBe(18);
});

it.each(exactStrategies)("%s buries the one order that the database refuses", async (name) => {
  await begin(db.database, {
    stock: new Map([
      ["A", 20],
      ["B", 20],
    ]),
    partitions: 1,
    slots: 2,
  });
  const lines = [
    ["A", 1],
    ["B", 2],
  ] as const;
  const orders = [order(...lines), order(...lines), order(...lines), order(...lines)];
  const [, , refused] = orders;
  // Somebody else's row where the order's second line would be.
  await db.database.query(
    {
      text: `INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status)
             VALUES ($1, 2, 'c', 'B', 7, 1, 'pending')`,
    },
    [refused?.orderId],
  );
  const decided = await decideBy(createStrategy(name, db.database), workOf(orders, 0, 0));
  expect(decided.counts).toMatchObject({ reserved: 3, deadLettered: 1 });
  expect(await deadLetters(db.database)).toEqual([
    { order_id: refused?.orderId, reason: "unprocessable" },
  ]);
  expect([await available("A"), await available("B")]).toEqual([17, 14]);
});
