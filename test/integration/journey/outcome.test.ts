import { afterAll, beforeAll, expect, it } from "vitest";
import { readOutcome } from "../../../src/journey/sql/select-outcome.ts";
import { readProduct } from "../../../src/journey/sql/select-product.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import { createTestDatabase, type TestDatabase } from "../services.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const topic = "orders-placed";

it("finds a row, a rejection with what there was, and a dead letter by its place alone", async () => {
  const { database } = test;
  const [row, rejected, letter] = [newOrderId(), newOrderId(), newOrderId()] as const;
  const sought = (orderId: string) => ({ orderId, topic, at: { partition: 3, offset: 7 } });
  expect(await readOutcome(database, sought(row))).toBeUndefined();
  await database.query(
    {
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, rejection_reason, rejection_detail, source_partition, source_offset)
        VALUES ($1, 'C', 'PROD001', 1, 1, 'reserved', NULL, NULL, 1, 2),
               ($2, 'C', 'NOPE', 1, 1, 'rejected', 'unknown_product', '{"product_id": "NOPE", "wanted": 1, "available": 0}', 1, 3)`,
    },
    [row, rejected],
  );
  expect(await readOutcome(database, sought(row))).toEqual({
    ...{ outcome: "reserved", reason: null, detail: null, partition: 1, offset: 2 },
  });
  expect(await readOutcome(database, sought(rejected))).toMatchObject({
    ...{ outcome: "rejected", reason: "unknown_product", detail: "wanted 1, available 0" },
  });
  await database.query(
    {
      text: `INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail)
        VALUES ($1, 3, 7, 'unprocessable', 'why')`,
    },
    [topic],
  );
  expect(await readOutcome(database, sought(letter))).toMatchObject({
    ...{ outcome: "dead_lettered", reason: "unprocessable", partition: 3, offset: 7 },
  });
  expect(await readOutcome(database, { ...sought(letter), at: undefined })).toBeUndefined();
});

it("works on tables of other programs, which have fewer columns", async () => {
  const { database } = test;
  const other = newOrderId();
  await database.transaction(async (tx) => {
    await tx.query({
      text: `CREATE TEMP TABLE orders (order_id uuid, customer_id text, product_id text, quantity int,
        amount numeric, status text, created_at timestamptz, updated_at timestamptz)`,
    });
    await tx.query({
      text: "CREATE TEMP TABLE inventory (product_id text, available_quantity bigint)",
    });
    await tx.query({ text: "INSERT INTO inventory VALUES ('P', 4)" });
    await tx.query({ text: `INSERT INTO orders VALUES ($1, 'C', 'P', 1, 1, 'confirmed')` }, [
      other,
    ]);
    expect(await readOutcome(tx, { orderId: other, topic, at: undefined })).toMatchObject({
      ...{ outcome: "confirmed", reason: null, partition: null, offset: null },
    });
    expect(await readProduct(tx, "P")).toEqual({ available: 4, reserved: null, unitPrice: null });
    expect(await readProduct(tx, "Q")).toBeUndefined();
  });
});
