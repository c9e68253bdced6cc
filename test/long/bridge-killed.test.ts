import { execa } from "execa";
import { afterEach, expect, it } from "vitest";
import { readStockAgreement } from "../../src/audit/read-stock-agreement.ts";
import { outcomeSteps } from "../../src/reservation/failpoints.ts";
import { readingPoints } from "../../src/shop/outcomes/outcome-loop.ts";
import { eventually } from "../integration/services.ts";
import { createTestShop, type TestShop } from "../integration/shop/shop.ts";

let shop: TestShop;
afterEach(() => shop.close());

const orders = 20;

/** The command in a process of its own, so that it can be killed. */
function run(command: readonly string[], failpoint = "") {
  const { settings } = shop;
  return execa("node", ["bin/run.js", ...command], {
    env: {
      KAFKA_BROKERS: String(settings.brokers),
      DATABASE_URL: String(settings.databaseUrl),
      ORDERS_EVENTS_TOPIC: settings.eventsTopic,
      KAFKA_TOPIC: settings.topic,
      CONSUMER_GROUP_ID: settings.group,
      ORDERS_VALIDATED_TOPIC: settings.validatedTopic,
      ORDERS_INVENTORY_TOPIC: settings.inventoryTopic,
      ORDERS_WAREHOUSE_TOPIC: settings.warehouseTopic,
      ORDERS_STOCK_TOPIC: settings.stockTopic,
      KAFKA_SESSION_TIMEOUT_MS: "6000",
      ORDERS_FAILPOINT: failpoint,
    },
    ...{ reject: false, all: true, timeout: 60_000 },
  });
}

/** Half of them of a product that is there. */
const place = () =>
  Promise.all(
    Array.from({ length: orders }, async (_, n) => {
      const items = [{ productId: n % 2 === 0 ? "PROD001" : "nothing", quantity: 1, price: 1 }];
      const { body } = await shop.post("/orders", { customerId: `c${n}`, items });
      return body.orderId as string;
    }),
  );

async function expectDecided(ids: readonly string[]): Promise<void> {
  await eventually(async () => {
    const { rows } = await shop.db.database.query<{ n: number }>({
      text: "SELECT count(*) AS n FROM shop.orders WHERE reservation = 'PENDING'",
    });
    return rows[0]?.n === 0;
  }, "every outcome is known");
  const found = await Promise.all(ids.map((id) => shop.get(`/orders/${id}`)));
  expect(found.map(({ body }) => body.reservation)).toEqual(
    ids.map((_, n) => (n % 2 === 0 ? "RESERVED" : "REJECTED")),
  );
  const { agrees, sum } = await readStockAgreement(shop.db.database, 20);
  expect([agrees, sum.reserved]).toEqual([true, orders / 2]);
}

it.each(
  outcomeSteps,
)("every outcome is told when what tells them is killed at: %s", async (step) => {
  shop = await createTestShop({ reserves: true });
  const ids = await place();
  await shop.relay().start();
  const killed = await run(["consume", "--publish-outcomes", "--follow-shop"], step);
  expect(killed.signal, killed.all).toBe("SIGKILL");
  expect(killed.stderr).toContain("ORDERS_FAILPOINT is set");
  await shop.consumer().start();
  await expectDecided(ids);
  const told = await shop.outcomes("inventory");
  expect(new Set(told.map(({ key }) => key))).toEqual(new Set(ids));
  // A copy has the id of the first.
  expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(orders);
});

/** Those of the end are reached only by one that is told to stop. */
const atWork = readingPoints.filter((point) => !/^(stop|left)/.test(point));

it.each(atWork)("every outcome is shown when the shop is killed at: %s", async (point) => {
  shop = await createTestShop({ reserves: true, deaf: true });
  const ids = await place();
  await Promise.all([shop.relay().start(), shop.consumer().start()]);
  await eventually(
    async () => (await shop.outcomes("inventory")).length >= orders,
    "every outcome is told",
  );
  const killed = await run(["shop", "--port", "0"], `outcomes-${point}`);
  expect(killed.signal, killed.all).toBe("SIGKILL");
  expect(killed.stderr).toContain("ORDERS_FAILPOINT is set");
  const next = run(["shop", "--port", "0"]);
  try {
    await expectDecided(ids);
  } finally {
    next.kill("SIGTERM");
    await next;
  }
});
