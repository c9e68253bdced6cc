import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { prepareWork } from "../../../src/reservation/prepare-work.ts";
import { createStrategy } from "../../../src/reservation/strategies/create-strategy.ts";
import { takesOthers } from "../../../src/reservation/takes-others.ts";
import { migrate, seed } from "../../../src/runtime/postgres/migrate.ts";
import {
  decideBy,
  group,
  storedLines,
  storedOffsets,
  topic,
} from "../reservation/conformance/conformance-database.ts";
import { manyOrders, reconciledStock, toValue } from "../reservation/pipeline.ts";
import { createTestDatabase, type TestDatabase } from "../services.ts";

let db: TestDatabase | undefined;
afterEach(async () => {
  await db?.drop();
  db = undefined;
});

const messages = () => {
  const [plain, euro, accented, poison] = manyOrders(4);
  if (!plain || !euro || !accented || !poison) throw new Error("four orders");
  return [
    toValue(plain),
    // In no LATIN1, and quoted in what is said of it: a number is expected here.
    Buffer.from(
      JSON.stringify({
        order_id: euro.orderId,
        customer_id: "c",
        product_id: "p",
        quantity: "5 €",
      }),
    ),
    Buffer.from("{ 日本語 \u{1F600} \\u0000"),
    toValue({ ...euro, customerId: "Zoë €" }),
    toValue({ ...accented, customerId: "漢字 \u{1F600}" }),
    Buffer.from(JSON.stringify({ order_id: "\u0000 \ud800 €", quantity: 1 })),
    toValue(poison),
  ];
};

describe.each(["LATIN1", "EUC_JP", "SQL_ASCII", "UTF8"])("a database in %s", (encoding) => {
  it.each(["batch", "row-lock"] as const)("%s: every message has one end", async (strategy) => {
    db = await createTestDatabase({ empty: true, encoding });
    const { database } = db;
    await migrate(database);
    await seed(database);
    await database.query({
      text: `INSERT INTO consumer_offsets VALUES ('${group}', '${topic}', 0, 0)`,
    });
    const values = messages();
    const slice = {
      partition: 0,
      from: 0,
      next: values.length,
      messages: values.map((value, offset) => ({ offset, key: null, value, timestampMs: 0 })),
    };
    const { counts } = await decideBy(
      createStrategy(strategy, database),
      prepareWork(group, topic, [slice]),
      { takesOthers: (refused, around) => takesOthers(database, refused, around) },
    );
    expect(await storedOffsets(database)).toEqual([values.length]);
    expect(counts.reserved + counts.deadLettered).toBe(values.length);
    const holdsAll = encoding === "UTF8" || encoding === "SQL_ASCII";
    expect((await storedLines(database)).size).toBe(holdsAll ? 4 : 2);
    const { rows } = await database.query<{ detail: string; message_value: Buffer }>({
      text: "SELECT detail, message_value FROM dead_letters ORDER BY source_offset",
    });
    expect(rows.map((row) => row.message_value)).toContainEqual(values[1]);
    expect(rows[0]?.detail).toMatch(encoding === "LATIN1" ? /5 \\u20ac/ : /5 €|5 \\u20ac/);
    await reconciledStock(database);
  });
});

it("a trigger that refuses what is said of a message ends the consumer only where nothing plainer is left", async () => {
  db = await createTestDatabase();
  const { database } = db;
  await database.query({
    text: `ALTER TABLE dead_letters ADD CONSTRAINT short CHECK (length(detail) <= 500);
           INSERT INTO consumer_offsets VALUES ('${group}', '${topic}', 0, 0)`,
  });
  const value = Buffer.from(JSON.stringify({ order_id: "x".repeat(5_000) }));
  const work = (detail: string) => {
    const message = { offset: 0, key: null, value, timestampMs: 0 };
    const slice = { partition: 0, from: 0, next: 1, messages: [message] };
    const letter = {
      partition: 0,
      message,
      reason: "invalid_field",
      detail,
      orderId: undefined,
    } as const;
    return { group, topic, slices: [slice], orders: [], deadLetters: [letter] };
  };
  const strategy = createStrategy("batch", database);
  expect((await decideBy(strategy, work("x".repeat(5_000)))).counts.deadLettered).toBe(1);
  await database.query({
    text: `DELETE FROM dead_letters; UPDATE consumer_offsets SET next_offset = 0;
           ALTER TABLE dead_letters ADD CONSTRAINT none CHECK (false)`,
  });
  await expect(decideBy(strategy, work("plain"))).rejects.toThrow(/refuses the reservation.*none/);
});

it("what every database has to read is plain ASCII", () => {
  for (const folder of ["migrations", "seed"]) {
    for (const file of readdirSync(join("database", folder))) {
      const text = readFileSync(join("database", folder, file), "utf8");
      expect(/[^\t\n\x20-\x7e]/.exec(text)?.[0], file).toBeUndefined();
    }
  }
});

it("a database that was migrated before a file's comments changed is still known", async () => {
  db = await createTestDatabase();
  await db.database.query({
    text: `UPDATE schema_migrations SET checksum = '5fa9e7e2d5b44f8d0568b6d4edef2343d791a8f39729d5f00e5bf69090052140' WHERE name = '0002_reserve_batch.sql'`,
  });
  await expect(migrate(db.database)).resolves.toEqual({ applied: [] });
  await db.database.query({
    text: "UPDATE schema_migrations SET checksum = 'x' WHERE name = '0002_reserve_batch.sql'",
  });
  await expect(migrate(db.database)).rejects.toThrow(/other contents/);
});

it("numbers each migration once: two of one number have no order that anybody chose", () => {
  const numbers = readdirSync(join("database", "migrations")).map((file) => file.slice(0, 4));
  expect(new Set(numbers).size).toBe(numbers.length);
});
