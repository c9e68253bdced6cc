import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";
import { type AuditedSchema, readSchema } from "../../../../src/audit/read-schema.ts";
import { lockAgainstReset } from "../../../../src/audit/sql/lock-against-reset.ts";
import { lockInventoryRow } from "../../../../src/audit/sql/lock-row.ts";
import { orderedIdsAmong } from "../../../../src/audit/sql/select-decided.ts";
import { orderRowsOf } from "../../../../src/audit/sql/select-order-rows.ts";
import { someProductIds, unitPriceOf } from "../../../../src/audit/sql/select-product.ts";
import { productEvidence } from "../../../../src/audit/sql/select-products.ts";
import { rowWaiters } from "../../../../src/audit/sql/select-row-contention.ts";
import { rowsBefore, rowsWrittenSince } from "../../../../src/audit/sql/select-written-rows.ts";
import { setAvailableStock } from "../../../../src/audit/sql/set-available-stock.ts";
import { Failure } from "../../../../src/failure/failure.ts";
import type { Queryable } from "../../../../src/ports/database.ts";
import { createTestDatabase, type TestDatabase } from "../../services.ts";

const big = "9007199254740993";

/** Names as they come: quotation marks, capitals, dots, blanks, other alphabets; one schema hidden. */
const schema = `
  CREATE SCHEMA "Lager ""x""";
  CREATE DOMAIN pieces AS integer CHECK (VALUE >= 0);
  CREATE TYPE state AS ENUM ('NEU', 'OK', 'NEIN', 'WEG', 'STORNO', 'FREI', 'reserved');
  CREATE TABLE "Lager ""x"""."Be.stellungen" (
    "Nr" bigint PRIMARY KEY, "Kunde's" integer NOT NULL, "Artikel" integer NOT NULL,
    "Stück" pieces NOT NULL, "Cent" bigint NOT NULL, "заказ" state NOT NULL, "Grund" text);
  CREATE TABLE "Lager ""x"""."bestand" (
    "Artikel" integer PRIMARY KEY, frei pieces NOT NULL, belegt pieces NOT NULL,
    gesamt pieces NOT NULL, "Preis" bigint);
  INSERT INTO "Lager ""x"""."bestand" VALUES (7, 10, 5, 15, 1999), (8, 0, 0, 0, NULL);
  INSERT INTO "Lager ""x"""."Be.stellungen" VALUES
    (1, 100, 7, 2, 3998, 'OK', NULL), (2, 100, 7, 3, 5997, 'OK', NULL),
    (3, 101, 8, 1, 0, 'NEIN', 'leer'), (4, 101, 7, 4, 7996, 'WEG', NULL),
    (5, 102, 7, 5, 1, 'FREI', NULL), (6, 102, 7, 6, 1, 'STORNO', NULL),
    (7, 102, 7, 7, 1, 'NEU', NULL), (8, 102, 7, 8, 1, 'reserved', NULL),
    (${big}, 102, 7, 9, 1, 'NEU', NULL)`;

const mapping = `
[orders]
table = 'Lager "x".Be.stellungen'
order_id = "Nr"
customer_id = "Kunde's"
product_id = "Artikel"
quantity = "Stück"
amount = "Cent"
money = "cents"
status = "заказ"
rejection_reason = "Grund"
[orders.status_values]
reserved = ["OK"]
rejected = ["NEIN"]
shipped = ["WEG"]
released = ["FREI"]
cancelled = ["STORNO"]
undecided = ["NEU"]
[stock]
table = '"Lager ""x""".bestand'
product_id = "Artikel"
available_quantity = "frei"
reserved_quantity = "belegt"
total_quantity = "gesamt"
unit_price = "Preis"
money = "cents"
`;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ empty: true });
  await test.database.query({ text: schema });
});
afterAll(() => test.drop());

const read = (toml: string, ...flags: string[]) =>
  readSchema(test.database, parseMapping(toml, "m.toml", flags));

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof Failure) return error;
  throw new Error(`no failure: ${error}`);
}

async function planOf(tx: Queryable, schema: AuditedSchema, where: string): Promise<string> {
  await tx.query({ text: "SET LOCAL enable_seqscan = off" });
  const { rows } = await tx.query<{ "QUERY PLAN": string }>({
    text: `EXPLAIN SELECT o.status FROM ${schema.mapped?.orders.from} o WHERE ${where}`,
  });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

describe("a foreign schema, through a mapping", () => {
  it("gives order rows in this project's words, by ids in their own type", async () => {
    const found = await read(mapping);
    expect(found.orderIdType).toBe("bigint");
    const ids = ["1", "3", "4", "5", "6", "007", "8", big, "no number", `${big}000`, "9"];
    const rows = await orderRowsOf(test.database, ids, found);
    const said = [...rows].map(([id, [row]]) => [id, row?.status, row?.namesMessage]);
    expect(said).toEqual([
      ["1", "reserved", false],
      ["3", "rejected", false],
      ["4", "shipped", true],
      ["5", "released", true],
      ["6", "released", false],
      ["007", "NEU", false],
      ["8", "unmapped reserved", false],
      [big, "NEU", false],
    ]);
    expect(rows.get("1")).toEqual([
      {
        ...{ lineNo: undefined, customerId: "100", productId: "7", quantity: 2, amount: 39.98 },
        ...{ status: "reserved", rejectionReason: null, rejectionDetail: null },
        namesMessage: false,
      },
    ]);
    expect(rows.get("3")?.[0]?.rejectionReason).toBe("leer");
    expect([...(await orderedIdsAmong(test.database, ids, found))].sort()).toEqual(
      ["1", "3", "4", "5", "6"].sort(),
    );
  });

  it("sums orders against stock", async () => {
    const products = await productEvidence(test.database, await read(mapping));
    expect(products).toEqual([
      {
        ...{ productId: "7", stock: { available: 10, reserved: 5, total: 15 } },
        ...{ reservedByOrders: 5, releasedByOrders: 5, shippedByOrders: 4 },
        ...{ movedTotal: undefined, movedAvailable: undefined },
      },
      {
        ...{ productId: "8", stock: { available: 0, reserved: 0, total: 0 } },
        ...{ reservedByOrders: 0, releasedByOrders: 0, shippedByOrders: 0 },
        ...{ movedTotal: undefined, movedAvailable: undefined },
      },
    ]);
    const { mapped } = await read(mapping);
    expect(await unitPriceOf(test.database, "7", mapped)).toBe(19.99);
    expect(await someProductIds(test.database, mapped)).toEqual(["7", "8"]);
  });

  it("knows which rows a run wrote, what is not decided left out", async () => {
    const found = await read(mapping);
    const before = await rowsBefore(test.database, found.mapped);
    if (before === undefined) throw new Error("no writers");
    expect(before.rows).toBe(6);
    const written = await test.database.transaction(async (tx) => {
      await lockAgainstReset(tx, found.mapped);
      await tx.query({
        text: `INSERT INTO "Lager ""x"""."Be.stellungen" VALUES (20, 1, 7, 1, 1, 'OK'), (21, 1, 7, 1, 1, 'NEU')`,
      });
      const rows = [];
      for await (const some of rowsWrittenSince(tx, before, found)) rows.push(...some);
      await tx.query({
        text: `DELETE FROM "Lager ""x"""."Be.stellungen" WHERE "Nr" > 19 AND "Nr" < 22`,
      });
      return rows;
    });
    expect(written).toEqual([
      {
        ...{ orderId: "20", customerId: "1", status: "reserved" },
        ...{ partition: undefined, offset: undefined },
      },
    ]);
  });

  it("locks, watches and sets the stock's own row", async () => {
    const found = await read(mapping);
    await test.database.transaction(async (tx) => {
      await lockInventoryRow(tx, "7", found.mapped);
      const other = test.database.transaction((second) =>
        lockInventoryRow(second, "7", found.mapped),
      );
      let waiting = await rowWaiters(test.database, "7", found.mapped);
      for (let n = 0; n < 200 && waiting.length === 0; n++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        waiting = await rowWaiters(test.database, "7", found.mapped);
      }
      expect(waiting).toHaveLength(1);
      other.catch(() => {});
    });
    expect(await setAvailableStock(test.database, "7", 3, found)).toBe(10);
    const [product] = await productEvidence(test.database, found);
    expect(product?.stock).toEqual({ available: 3, reserved: 5, total: 8 });
    expect(await setAvailableStock(test.database, "7", 10, found)).toBe(3);
  });

  it("reads by the index of the order id, also through a query", async () => {
    const table = await read(mapping);
    const query = await read(`
      [orders]
      query = '''
        SELECT b."Nr" AS order_id, b."Artikel" AS product_id, b."Stück" AS quantity,
               b."заказ" AS status -- a comment at the end;
        FROM "Lager ""x"""."Be.stellungen" b JOIN "Lager ""x"""."bestand" s USING ("Artikel")
        -- and another'''
      [stock]
      query = 'SELECT "Artikel" AS product_id, sum(frei) AS available_quantity FROM "Lager ""x"""."bestand" GROUP BY 1'
      [orders.status_values]
      reserved = "OK"`);
    expect(query.orderIdType).toBe("bigint");
    await test.database.transaction(async (tx) => {
      expect(await planOf(tx, table, "o.order_id = ANY('{1,2}')")).toContain("Index");
      expect(await planOf(tx, query, "o.order_id = ANY('{1,2}')")).toContain("Be.stellungen_pkey");
      expect(await rowsBefore(tx, query.mapped)).toBeUndefined();
      await lockAgainstReset(tx, query.mapped);
    });
    const rows = await orderRowsOf(test.database, ["1"], query);
    expect(rows.get("1")).toEqual([
      {
        ...{ lineNo: undefined, customerId: undefined, productId: "7", quantity: 2 },
        ...{ amount: undefined, status: "reserved", rejectionReason: undefined },
        ...{ rejectionDetail: null, namesMessage: false },
      },
    ]);
    const [product] = await productEvidence(test.database, query);
    expect(product?.stock).toEqual({ available: 10, reserved: undefined, total: undefined });
    expect(await rowWaiters(test.database, "7", query.mapped)).toEqual([]);
  });

  it("names what is near where a name is wrong", async () => {
    const table = await failureOf(read(mapping, "orders.table=bestellungen"));
    expect(table.kind).toBe("usage");
    expect(table.message).toBe(
      'the database has no table "bestellungen", which the mapping names for orders',
    );
    expect(table.remedy).toContain('"Lager "x".Be.stellungen"');
    const column = await failureOf(read(mapping, "orders.quantity=Stuck"));
    expect(column.message).toContain('has no column "Stuck"');
    expect(column.remedy).toContain('orders.quantity = "Stück"');
    const unnamed = await failureOf(read('[orders]\ntable=\'"Lager ""x"""."Be.stellungen"\''));
    expect(unnamed.message).toContain("does not say which column is orders.order_id");
    const query = await failureOf(
      read("[orders]\nquery = 'SELECT 1 AS order_id FROM nowhere'\n[stock]\nquery='SELECT 1 AS x'"),
    );
    expect(query.message).toContain(
      'orders.query cannot be read: relation "nowhere" does not exist',
    );
    const writing = await failureOf(
      read('[orders]\nquery = \'DELETE FROM "Lager ""x""".bestand RETURNING 1\''),
    );
    expect(writing.message).toContain("orders.query cannot be read");
    expect((await productEvidence(test.database, await read(mapping))).length).toBe(2);
  });

  it("is of the evidence that it has", async () => {
    const { present, sources, replays } = await read(mapping);
    expect({ ...present, sources, replays }).toEqual({
      ...{ orderLines: false, rejectionDetail: false, deadLetters: false },
      ...{ consumerOffsets: false, stockMovements: false, sources: false, replays: false },
    });
  });
});
