import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Failure } from "../../../../src/failure/failure.ts";
import { newOrderId } from "../../../../src/order/order-id.ts";
import type { Queryable } from "../../../../src/ports/database.ts";
import { type ResetOptions, resetPipeline } from "../../../../src/stock/reset/reset-pipeline.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../../services.ts";

const group = "order-processor";
const topic = "orders-placed";
const partitionCount = 4;

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
  await test.database.query({
    text: `INSERT INTO consumer_offsets SELECT '${group}', '${topic}', n, 0
      FROM generate_series(0, ${partitionCount - 1}) AS n`,
  });
});
afterEach(() => test.drop());

const reset = (highs: readonly number[], options: Partial<ResetOptions> = {}) =>
  resetPipeline(
    test.database,
    highs.map((high, partition) => ({ partition, low: 0, high, committed: undefined, lag: 0 })),
    { group, topic, force: false, keepStock: false, ...options },
  );

async function read<Row>(text: string): Promise<readonly Row[]> {
  return (await test.database.query<Row>({ text })).rows;
}

/** One reservation as every strategy makes it: offset row first, then order, then stock. */
async function reserve(tx: Queryable, partition: number): Promise<void> {
  const { rows } = await tx.query<{ next_offset: number }>(
    { text: "SELECT next_offset FROM consumer_offsets WHERE partition = $1 FOR UPDATE" },
    [partition],
  );
  const offset = rows[0]?.next_offset ?? 0;
  await tx.query(
    {
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status,
          source_partition, source_offset)
        VALUES ($1, 'CUST001', 'PROD007', 2, 10, 'reserved', $2, $3)`,
    },
    [newOrderId(), partition, offset],
  );
  await tx.query({
    text: `UPDATE inventory SET available_quantity = available_quantity - 2,
      reserved_quantity = reserved_quantity + 2 WHERE product_id = 'PROD007'`,
  });
  await tx.query(
    { text: "UPDATE consumer_offsets SET next_offset = next_offset + 1 WHERE partition = $1" },
    [partition],
  );
}

const deadLetter = (published: string) =>
  read(
    `INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, published_at)
     VALUES ('${topic}', 0, 0, 'empty', '', ${published})`,
  );

describe("reset", () => {
  it("empties, returns the stock with its movement, begins an epoch; offsets stay", async () => {
    await test.database.transaction((tx) => reserve(tx, 0));
    await test.database.transaction((tx) => reserve(tx, 1));
    await deadLetter("now()");
    const result = await reset([1, 1, 0, 0]);
    expect(result).toEqual({
      epoch_id: 1,
      orders_removed: 2,
      dead_letters_removed: 1,
      products_restored: 1,
      pieces_returned: 4,
      products_reseeded: 0,
      messages_behind: 0,
    });
    expect(await read("SELECT * FROM orders")).toEqual([]);
    expect(await read("SELECT * FROM dead_letters")).toEqual([]);
    expect(
      await read(
        "SELECT available_quantity a, reserved_quantity r FROM inventory WHERE product_id = 'PROD007'",
      ),
    ).toEqual([{ a: 1_000_000, r: 0 }]);
    expect(
      await read(
        "SELECT product_id, delta_available, delta_total FROM stock_movements WHERE reason = 'reset'",
      ),
    ).toEqual([{ product_id: "PROD007", delta_available: 4, delta_total: 0 }]);
    expect(await read("SELECT topic, reason, log_offsets FROM epochs")).toEqual([
      { topic, reason: "reset", log_offsets: { "0": 1, "1": 1, "2": 0, "3": 0 } },
    ]);
    expect(await read("SELECT sum(next_offset) AS sum FROM consumer_offsets")).toEqual([
      { sum: 2 },
    ]);
  });

  it.each([
    [false, { a: 1_000_000, t: 1_000_000 }],
    [true, { a: 62, t: 62 }],
  ])("restores the seeded stock; with --keep-stock %s", async (keepStock, expected) => {
    await read(
      "UPDATE inventory SET available_quantity = 62, total_quantity = 62 WHERE product_id = 'PROD007'",
    );
    await read(
      `INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
       VALUES ('PROD007', 'set', -999938, -999938), ('PROD999', 'set', 7, 7)`,
    );
    await read(
      `INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
       VALUES ('PROD999', 'Not seeded', 7, 7, 1)`,
    );
    await test.database.transaction((tx) => reserve(tx, 0));
    const result = await reset([1, 0, 0, 0], { keepStock });
    expect(result).toMatchObject({ products_reseeded: keepStock ? 0 : 1, pieces_returned: 2 });
    const select = (product: string) =>
      read(
        `SELECT available_quantity a, total_quantity t FROM inventory WHERE product_id = '${product}'`,
      );
    expect(await select("PROD007")).toEqual([expected]);
    expect(await select("PROD999")).toEqual([{ a: 7, t: 7 }]);
    // The book of movements still adds up to the totals, as the audits demand.
    expect(
      await read(
        `SELECT product_id FROM inventory JOIN stock_movements USING (product_id)
         GROUP BY product_id, total_quantity HAVING sum(delta_total) <> total_quantity`,
      ),
    ).toEqual([]);
  });

  it("refuses while the group is behind, and then changes nothing", async () => {
    await test.database.transaction((tx) => reserve(tx, 0));
    const failure = await reset([3, 0, 5, 0]).catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({ kind: "environment" });
    expect(String(failure)).toContain("7 messages behind, in 2 partitions");
    expect(await read("SELECT * FROM orders")).toHaveLength(1);
    expect(await read("SELECT * FROM epochs")).toEqual([]);
  });

  it("forced, begins the epoch where the consumers go on", async () => {
    await test.database.transaction((tx) => reserve(tx, 0));
    expect(await reset([3, 0, 0, 0], { force: true })).toMatchObject({ messages_behind: 2 });
    expect(await read("SELECT log_offsets -> '0' AS begin FROM epochs")).toEqual([{ begin: 1 }]);
  });

  it("refuses while dead letters are not published", async () => {
    await deadLetter("NULL");
    await expect(reset([0, 0, 0, 0])).rejects.toThrow(
      "1 dead letters are not in the dead-letter topic",
    );
    expect(await reset([0, 0, 0, 0], { force: true })).toMatchObject({ dead_letters_removed: 1 });
  });

  it("waits for a reservation that has begun, and takes it in whole", async () => {
    let resetting: ReturnType<typeof reset> | undefined;
    await test.database.transaction(async (tx) => {
      await reserve(tx, 2);
      resetting = reset([0, 0, 1, 0]);
      await eventually(async () => {
        const waiting = await read(
          "SELECT 1 FROM pg_locks JOIN pg_database ON oid = database WHERE NOT granted AND datname = current_database()",
        );
        return waiting.length > 0;
      }, "the reset waits");
    });
    expect(await resetting).toMatchObject({ orders_removed: 1, messages_behind: 0 });
    expect(await read("SELECT * FROM orders")).toEqual([]);
  });

  it("among reservations in full swing leaves rows, stock and epochs that agree", async () => {
    const rounds = 60;
    const resetsInBetween = async () => {
      for (let n = 0; n < 8; n += 1) await reset([0, 0, 0, 0], { force: true });
    };
    const consumer = async (partition: number) => {
      for (let n = 0; n < rounds; n += 1)
        await test.database.transaction((tx) => reserve(tx, partition));
    };
    const partitions = Array.from({ length: partitionCount }, (_, n) => n);
    await Promise.all([...partitions.map(consumer), resetsInBetween()]);
    const rows = await read<{ rows: number; pieces: number; stray: number }>(`
      SELECT count(*) AS rows, coalesce(sum(quantity), 0) AS pieces, count(*) FILTER (
          WHERE source_offset < (last.log_offsets ->> source_partition::text)::bigint) AS stray
        FROM orders, (SELECT log_offsets FROM epochs ORDER BY epoch_id DESC LIMIT 1) AS last`);
    const [expected] = await read<{ decided: number; reserved: number }>(`
      SELECT (SELECT sum(next_offset) FROM consumer_offsets) - (
          SELECT sum(value::bigint) FROM jsonb_each_text(
            (SELECT log_offsets FROM epochs ORDER BY epoch_id DESC LIMIT 1))) AS decided,
        (SELECT reserved_quantity FROM inventory WHERE product_id = 'PROD007') AS reserved`);
    // What the log holds since the epoch began is what the table holds, and what is reserved.
    expect(rows[0]).toEqual({
      rows: expected?.decided,
      pieces: expected?.reserved,
      stray: 0,
    });
    expect(await read("SELECT sum(next_offset) AS sum FROM consumer_offsets")).toEqual([
      { sum: rounds * partitionCount },
    ]);
  });
});
