import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeStock } from "../../../src/stock/change-stock.ts";
import { listStock } from "../../../src/stock/list-stock.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../services.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

interface Movement {
  readonly reason: string;
  readonly delta_available: number;
  readonly delta_total: number;
}

async function movementsOf(productId: string): Promise<readonly Movement[]> {
  const { rows } = await test.database.query<Movement>(
    {
      text: `SELECT reason, delta_available, delta_total FROM stock_movements
        WHERE product_id = $1 AND reason <> 'seed' ORDER BY movement_id`,
    },
    [productId],
  );
  return rows;
}

const stockOf = async (productId: string) =>
  (await listStock(test.database, 1_000)).products.find((row) => row.product_id === productId);

describe("changing the stock", () => {
  it("sets what is available; the total follows, what is reserved stays", async () => {
    await test.database.query({
      text: `UPDATE inventory SET available_quantity = available_quantity - 40, reserved_quantity = 40
        WHERE product_id = 'PROD007'`,
    });
    const change = await changeStock(
      test.database,
      "PROD007",
      { kind: "set", available: 60 },
      { reason: "race" },
    );
    expect(change).toMatchObject({
      available_quantity: 60,
      reserved_quantity: 40,
      total_quantity: 100,
      delta: 60 - 999_960,
      created: false,
    });
    expect(await stockOf("PROD007")).toMatchObject({ available_quantity: 60, total_quantity: 100 });
    expect(await movementsOf("PROD007")).toEqual([
      { reason: "race", delta_available: -999_900, delta_total: -999_900 },
    ]);
  });

  it("adds and takes; no change leaves no movement", async () => {
    const add = (pieces: number) =>
      changeStock(test.database, "PROD001", { kind: "add", pieces }, { reason: "add" });
    await add(100);
    await add(-30);
    await add(0);
    expect(await stockOf("PROD001")).toMatchObject({ available_quantity: 1_000_070 });
    expect((await movementsOf("PROD001")).map((m) => m.delta_available)).toEqual([100, -30]);
  });

  it("refuses to go below zero, and changes nothing", async () => {
    await expect(
      changeStock(test.database, "PROD002", { kind: "add", pieces: -1_000_001 }, { reason: "add" }),
    ).rejects.toThrow("PROD002 has 1000000 available pieces");
    expect(await movementsOf("PROD002")).toEqual([]);
  });

  it("suggests the product that was meant", async () => {
    await expect(
      changeStock(test.database, "PRD003", { kind: "add", pieces: 1 }, { reason: "add" }),
    ).rejects.toThrow("no product PRD003; did you mean PROD003?");
  });

  it("creates a product once, with its first movement", async () => {
    const create = { name: "Docking Station", unitPrice: 179.5 };
    const set = (available: number) =>
      changeStock(test.database, "PROD011", { kind: "set", available }, { reason: "set", create });
    expect(await set(500)).toMatchObject({ created: true, delta: 500, unit_price: 179.5 });
    expect(await set(400)).toMatchObject({ created: false, delta: -100 });
    expect((await movementsOf("PROD011")).map((m) => m.delta_total)).toEqual([500, -100]);
  });

  it("waits for a reservation of the product, and works on what that left", async () => {
    let waiting: Promise<unknown> | undefined;
    await test.database.transaction(async (tx) => {
      await tx.query({
        text: `UPDATE inventory SET available_quantity = available_quantity - 10,
          reserved_quantity = reserved_quantity + 10 WHERE product_id = 'PROD004'`,
      });
      waiting = changeStock(
        test.database,
        "PROD004",
        { kind: "set", available: 5 },
        { reason: "set" },
      );
      await eventually(async () => {
        const { rows } = await test.database.query<{ waiting: number }>({
          text: `SELECT count(*) AS waiting FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        });
        return (rows[0]?.waiting ?? 0) > 0;
      }, "the change waits for the row");
    });
    expect(await waiting).toMatchObject({ delta: 5 - 999_990, reserved_quantity: 10 });
  });

  it("keeps the book: movements add up to the total of every product", async () => {
    const { rows } = await test.database.query({
      text: `SELECT product_id FROM inventory LEFT JOIN stock_movements USING (product_id)
        GROUP BY product_id, total_quantity
        HAVING total_quantity <> coalesce(sum(delta_total), 0)`,
    });
    expect(rows).toEqual([]);
  });

  it("lists no more than asked for, and says so", async () => {
    const list = await listStock(test.database, 3);
    expect(list.products.map((row) => row.product_id)).toEqual(["PROD001", "PROD002", "PROD003"]);
    expect(list.cut).toBe(true);
    expect((await listStock(test.database, 11)).cut).toBe(false);
  });
});
