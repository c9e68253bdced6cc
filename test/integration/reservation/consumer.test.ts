import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../../src/failure/failure.ts";
import { eventually } from "../services.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
  setAvailable,
  type TestPipeline,
  toValue,
} from "./pipeline.ts";

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

describe.each(["kafkajs", "platformatic"] as const)("a consumer by %s", (kafkaClient) => {
  beforeEach(async () => {
    pipeline = await createPipeline(6, { kafkaClient });
  });

  it("decides every order once, and nothing again when the log is read again from its start", async () => {
    const orders = manyOrders(2_000);
    await pipeline.place(orders);
    const first = await pipeline.consume();
    expect(first).toMatchObject({
      reserved: 2_000,
      rejected: 0,
      deadLettered: 0,
      duplicates: 0,
      caughtUp: true,
    });
    await pipeline.database.query({ text: "UPDATE consumer_offsets SET next_offset = 0" });
    const second = await pipeline.consume();
    expect(second).toMatchObject({ reserved: 0, rejected: 0, duplicates: 2_000 });
    expect((await outcomesById(pipeline.database)).size).toBe(2_000);
    await reconciledStock(pipeline.database);
  });

  it("sells exactly the stock", async () => {
    await setAvailable(pipeline.database, "PROD007", 60);
    await pipeline.place(manyOrders(100, "PROD007"));
    expect(await pipeline.consume({ settings: { workers: 8, batch: 10 } })).toMatchObject({
      reserved: 60,
      rejected: 40,
    });
    const stock = await reconciledStock(pipeline.database);
    expect(stock.get("PROD007")).toMatchObject({ available_quantity: 0, reserved_quantity: 60 });
  });

  it("loses only the poison, not its neighbours, and publishes it as dead letters", async () => {
    const good = manyOrders(60);
    const json = JSON.parse(toValue(good[0] as (typeof good)[0]).toString()) as Record<
      string,
      unknown
    >;
    const with_ = (change: object) =>
      Buffer.from(JSON.stringify({ ...json, order_id: crypto.randomUUID(), ...change }));
    const raw = (from: string, to: string) =>
      Buffer.from(with_({ amount: 424242 }).toString().replace(from, to));
    const poison: (Buffer | null)[] = [
      null,
      Buffer.alloc(0),
      Buffer.from("not json"),
      Buffer.from("[1]"),
      Buffer.from([0xc3, 0x28]),
      with_({ customer_id: "a\u0000b" }),
      raw('"PROD001"', '"\\ud800"'),
      with_({ quantity: 2 ** 31 }),
      with_({ quantity: 1.5 }),
      with_({ quantity: "5" }),
      with_({ quantity: -4 }),
      raw("424242", "1e400"),
      with_({ order_id: "order-1" }),
      with_({ product_id: "x".repeat(900_000) }),
    ];
    for (const [index, value] of poison.entries()) {
      await pipeline.place(good.slice(index * 4, index * 4 + 2));
      await pipeline.send([{ key: `CUST${index}`, value }]);
      await pipeline.place(good.slice(index * 4 + 2, index * 4 + 4));
    }
    await pipeline.place(good.slice(poison.length * 4));
    expect(await pipeline.consume()).toMatchObject({
      reserved: 60,
      rejected: 0,
      deadLettered: poison.length,
    });
    await reconciledStock(pipeline.database);
    const { rows } = await pipeline.database.query<{ reason: string; published: boolean }>({
      text: "SELECT reason, published_at IS NOT NULL AS published FROM dead_letters ORDER BY dead_letter_id",
    });
    expect(rows.every((row) => row.published)).toBe(true);
    expect(rows.map((row) => row.reason).toSorted()).toEqual(
      [
        "empty",
        "not_an_object",
        "not_json",
        "not_utf8",
        "tombstone",
        ...Array(9).fill("invalid_field"),
      ].toSorted(),
    );
  });

  it("decides an id by its first message; other content under it is a dead letter", async () => {
    const [order] = manyOrders(1);
    if (order === undefined) return;
    const other = { ...order, lines: [{ productId: "PROD002", quantity: 3, amount: 1 }] };
    await pipeline.place([order, order, other]);
    expect(await pipeline.consume()).toMatchObject({ reserved: 1, duplicates: 1, deadLettered: 1 });
    const stock = await reconciledStock(pipeline.database);
    expect(stock.get("PROD002")?.reserved_quantity).toBe(0);
  });

  it("rejects unknown products and short stock with the reason", async () => {
    await setAvailable(pipeline.database, "PROD001", 1);
    await pipeline.place([...manyOrders(1, "NOSUCH"), ...manyOrders(2, "PROD001")]);
    expect(await pipeline.consume()).toMatchObject({ reserved: 1, rejected: 2 });
    const { rows } = await pipeline.database.query({
      text: "SELECT rejection_reason, rejection_detail FROM orders WHERE status = 'rejected' ORDER BY 1",
    });
    expect(rows).toEqual([
      {
        rejection_reason: "insufficient_stock",
        rejection_detail: { product_id: "PROD001", wanted: 1, available: 0 },
      },
      {
        rejection_reason: "unknown_product",
        rejection_detail: { product_id: "NOSUCH", wanted: 1, available: 0 },
      },
    ]);
  });

  it("stops with the partitions and counts when the log lost what was not decided, and goes on when told to", async () => {
    await pipeline.place(manyOrders(300));
    await pipeline.consume();
    await pipeline.database.query({
      text: "UPDATE consumer_offsets SET next_offset = next_offset + 1000 WHERE partition = 2",
    });
    const refused = await pipeline.consume().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    expect((refused as Failure).exitCode).toBe(4);
    expect((refused as Failure).message).toMatch(/partition 2: stored 1\d+, the log has 0 to \d+/);
    expect(await pipeline.consume({ acceptLoss: true })).toMatchObject({
      reserved: 0,
      caughtUp: true,
    });
    await pipeline.database.query({ text: "UPDATE consumer_groups SET cluster_id = 'another'" });
    await expect(pipeline.consume()).rejects.toThrow(/belong to Kafka cluster another/);
  });

  it("says which schema is missing instead of skipping messages", async () => {
    await pipeline.place(manyOrders(10));
    await pipeline.database.query({ text: "ALTER TABLE orders RENAME TO elsewhere" });
    await expect(pipeline.consume()).rejects.toThrow(/PostgreSQL refuses the reservation/);
    await pipeline.database.query({ text: "ALTER TABLE elsewhere RENAME TO orders" });
    expect(await pipeline.consume()).toMatchObject({ reserved: 10 });
  });

  it("works beside a program that knows only the reference's eight columns", async () => {
    await setAvailable(pipeline.database, "PROD007", 150);
    await pipeline.place(manyOrders(100, "PROD007"));
    const theirs = Array.from({ length: 100 }, (_, index) => index).map((index) =>
      pipeline.database.transaction(async (tx) => {
        const { rows } = await tx.query<{ available_quantity: number }>({
          text: "SELECT available_quantity, unit_price FROM inventory WHERE product_id = 'PROD007' FOR UPDATE",
        });
        if ((rows[0]?.available_quantity ?? 0) < 1) return 0;
        await tx.query({
          text: `UPDATE inventory SET available_quantity = available_quantity - 1,
                 reserved_quantity = reserved_quantity + 1, updated_at = now() WHERE product_id = 'PROD007'`,
        });
        await tx.query(
          {
            text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, created_at, updated_at)
                   VALUES (gen_random_uuid(), $1, 'PROD007', 1, 9.99, 'reserved', now(), now())`,
          },
          [`THEIRS${index}`],
        );
        return 1;
      }),
    );
    const [ours, ...sold] = await Promise.all([pipeline.consume(), ...theirs]);
    expect(ours.reserved + sold.reduce((sum: number, n) => sum + n, 0)).toBe(150);
    expect((await reconciledStock(pipeline.database)).get("PROD007")).toMatchObject({
      available_quantity: 0,
    });
  });

  it("shares the partitions with a second consumer, and hands them back, under load", async () => {
    const orders = manyOrders(6_000);
    await pipeline.place(orders.slice(0, 2_000));
    const [one, two] = [new AbortController(), new AbortController()];
    const settings = { batch: 100, workers: 2 };
    const lines: string[] = [];
    const first = pipeline.consume({
      untilCaughtUp: false,
      signal: one.signal,
      settings,
      log: (line) => lines.push(line),
    });
    await eventually(
      () => lines.some((line) => line.includes("reading 6 partitions")),
      "the first consumer reads",
    );
    const second = pipeline.consume({
      untilCaughtUp: false,
      signal: two.signal,
      settings,
      log: (line) => lines.push(line),
    });
    await pipeline.place(orders.slice(2_000, 4_000));
    await eventually(
      () => lines.filter((line) => line.includes("reading 3 partitions")).length === 2,
      "both read three",
    );
    await pipeline.place(orders.slice(4_000));
    two.abort();
    const results = [await second];
    await eventually(
      async () => (await outcomesById(pipeline.database)).size === 6_000,
      "all are decided",
    );
    one.abort();
    results.push(await first);
    expect(results.reduce((sum, result) => sum + result.reserved, 0)).toBe(6_000);
    await reconciledStock(pipeline.database);
  });
});
