import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, eventually, type TestDatabase } from "../integration/services.ts";
import { orders } from "./program.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const ask = (...args: readonly string[]) =>
  orders(["db", ...args], { env: { DATABASE_URL: test.url } });

describe("orders db", () => {
  it("locks says plainly that nothing waits", async () => {
    const { stdout, stderr, exitCode } = await ask("locks");
    expect([exitCode, stdout, stderr]).toEqual([0, "No session waits for another's lock.", ""]);
  });

  it("activity and size answer, within 80 columns", async () => {
    for (const question of ["activity", "size"]) {
      const { stdout, stderr, exitCode } = await ask(question);
      expect([exitCode, stderr]).toEqual([0, ""]);
      if (question === "activity") {
        for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
      }
      expect(stdout).toContain(new URL(test.url).pathname.slice(1));
    }
  });

  it("slow says what to do where nothing is counted, exit 4", async () => {
    const { stdout, exitCode } = await ask("slow", "--json");
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { remedy: expect.stringContaining("shared_preload_libraries") as string },
    });
  });

  it("stock exits 1 where stock and orders disagree, and says where", async () => {
    expect((await ask("stock")).stdout).toContain("Stock and orders agree.");
    await test.database.query({
      text: "UPDATE inventory SET available_quantity = available_quantity - 2, reserved_quantity = 2 WHERE product_id = 'PROD009'",
    });
    const { stdout, exitCode } = await ask("stock");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("PROD009: reserved_quantity is 2, orders reserved 0 (−2)");
    const json = await ask("stock", "--json");
    expect([json.exitCode, JSON.parse(json.stdout)]).toMatchObject([1, { agrees: false }]);
  });

  it("orders refuses what is no id, and follows until it is interrupted", async () => {
    expect((await ask("orders", "--id", "123")).exitCode).toBe(2);
    expect((await ask("orders", "-f", "--json")).exitCode).toBe(2);
    const following = ask("orders", "-f");
    let said = "";
    following.stdout?.on("data", (data: Buffer) => {
      said += data.toString();
    });
    let n = 0;
    await eventually(async () => {
      n += 1;
      await test.database.query(
        {
          text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
            VALUES (gen_random_uuid(), $1, 'PROD001', 1, 1, 'reserved')`,
        },
        [`CUST${n}`],
      );
      return said.includes("CUST");
    }, "an order that came later");
    following.kill("SIGINT");
    expect((await following).exitCode).toBe(0);
  });
});
