import { expect, it } from "vitest";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { resolveSettings } from "../../../src/runtime/settings/resolve-settings.ts";
import { findFreePort } from "../../../src/runtime/stack/processes/free-port.ts";
import { OrderService } from "../../../src/shop/order-service.ts";

const answerWithinMs = 1_500;

it("answers in time what waited for its turn while PostgreSQL was away, and says that nothing was done", async () => {
  const databaseUrl = `postgresql://nobody@127.0.0.1:${await findFreePort()}/nowhere`;
  const { values } = resolveSettings({ flags: { databaseUrl }, environment: {} });
  const database = openDatabase(values, { applicationName: "orders test" });
  try {
    const service = new OrderService({
      ...{ database, answerWithinMs, reserves: false },
      ...{ onEvents: () => {}, log: () => {} },
    });
    const items = [{ productId: "p", quantity: 1, priceCents: 1 }];
    const create = async () => {
      const { kind } = await service.create(
        { customerId: "c", items, totalCents: 1 },
        undefined,
        undefined,
      );
      return { kind, atMs: performance.now() };
    };
    // Two transactions are in flight at once; what is asked meanwhile waits for them.
    const answers = await Promise.all(Array.from({ length: 10 }, create));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["unavailable"]));
    const atMs = answers.map((answer) => answer.atMs);
    expect(Math.max(...atMs) - Math.min(...atMs)).toBeLessThan(answerWithinMs / 2);
  } finally {
    await database.close();
  }
});
