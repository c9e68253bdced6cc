import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../integration/services.ts";

describe("orders audit watch", () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  /** The real command in a process of its own; never rejects. */
  function watch(...args: readonly string[]) {
    return execa(process.execPath, ["bin/run.js", "audit", "watch", ...args], {
      reject: false,
      timeout: 60_000,
      env: { XDG_STATE_HOME: "/nonexistent", NO_COLOR: "1", DATABASE_URL: test.url },
    });
  }

  /** One order of one piece, and its stock unless told otherwise. */
  async function order(taken = 1): Promise<string> {
    const orderId = randomUUID();
    await test.database.transaction(async (tx) => {
      await tx.query(
        {
          text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
                 VALUES ($1, 'C', 'PROD001', 1, 1, 'reserved')`,
        },
        [orderId],
      );
      await tx.query(
        {
          text: `UPDATE inventory SET available_quantity = available_quantity - $1, reserved_quantity = reserved_quantity + $1
                 WHERE product_id = 'PROD001'`,
        },
        [taken],
      );
    });
    return orderId;
  }

  it("exits 3 and says why where nothing moves", async () => {
    const { stdout, exitCode } = await watch(
      "--duration",
      "500ms",
      "--interval",
      "100ms",
      "--json",
    );
    expect(exitCode).toBe(3);
    const result = JSON.parse(stdout) as { snapshots: number };
    expect(result).toMatchObject({
      ...{ verdict: "inconclusive", moved: false, break: null },
      ...{ interval_ms: { asked: 100 }, core_share: { most: 0.1 } },
    });
    expect(result.snapshots).toBeGreaterThan(1);
  });

  it("prints a document for each snapshot, and ends with the break and its order, and exit 1", async () => {
    const running = watch("--json-lines", "--interval", "100ms");
    const lines: Record<string, unknown>[] = [];
    let orderId = "";
    for await (const line of createInterface({ input: running.stdout })) {
      lines.push(JSON.parse(line) as Record<string, unknown>);
      if (lines.length === 2) await order();
      if (lines.length === 4) orderId = await order(0);
    }
    expect((await running).exitCode).toBe(1);
    expect(lines[0]).toMatchObject({ event: "snapshot", number: 1, orders: 0, broken: [] });
    expect(lines.at(-2)).toMatchObject({ event: "snapshot", orders: 2, broken: ["PROD001"] });
    expect(lines.at(-1)).toMatchObject({
      event: "verdict",
      verdict: "violated",
      break: { orders: [{ order_id: orderId, makes_the_difference: true }] },
    });
  });

  it("ends with the verdict so far after Ctrl-C", async () => {
    const running = watch("--json-lines", "--interval", "100ms");
    let seen = 0;
    let last = "";
    for await (const line of createInterface({ input: running.stdout })) {
      last = line;
      if (++seen === 2) await order();
      if (seen === 5) running.kill("SIGINT");
    }
    const { exitCode, stderr } = await running;
    expect(stderr).toContain("counting once more");
    expect(JSON.parse(last)).toMatchObject({ event: "verdict", verdict: "consistent" });
    expect(exitCode).toBe(0);
  });

  it("tells a person when it broke, what differs, and which order makes the difference", async () => {
    await order();
    const running = watch("--duration", "30s", "--interval", "100ms");
    const orderId = await new Promise<string>((resolve) => {
      // Once it has taken a snapshot or two.
      setTimeout(() => void order(0).then(resolve), 3_000);
    });
    const { stdout, exitCode } = await running;
    expect(stdout).toContain("PROD001: reserved_quantity is 1, orders reserved 2 (+1)");
    expect(stdout).toMatch(new RegExp(`${orderId}.*makes the difference`));
    expect(stdout).toContain("Watch of the stock's law: violated");
    expect(exitCode).toBe(1);
  });

  it.each([
    [["--max-core", "0"], "no share of a core"],
    [["--interval", "5"], "no unit"],
    [["--json", "--json-lines"], "json-lines"],
  ])("refuses %j", async (args, words) => {
    const { exitCode, stdout, stderr } = await watch(...args);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain(words);
  });
});
