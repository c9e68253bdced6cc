import { execa } from "execa";
import { beforeAll, expect, it } from "vitest";
import { type RelayStep, relaySteps } from "../../../src/shop/relay/relay.ts";
import { eventually } from "../services.ts";
import { copiesInOrder, createTestShop, oneItem, type TestShop } from "./shop.ts";

const orders = 20;

function startRelay(shop: TestShop, failpoint = "") {
  const { brokers, databaseUrl, eventsTopic, topic } = shop.settings;
  return execa("node", ["bin/run.js", "relay", "--keep-sent", "0", "--json"], {
    env: {
      KAFKA_BROKERS: String(brokers),
      DATABASE_URL: String(databaseUrl),
      ORDERS_EVENTS_TOPIC: eventsTopic,
      KAFKA_TOPIC: topic,
      ORDERS_FAILPOINT: failpoint,
    },
    reject: false,
    all: true,
    timeout: 120_000,
  });
}

/** As if the time of the dead one's parts were up. */
async function passParts(shop: TestShop): Promise<void> {
  await shop.db.database.query({
    text: "UPDATE shop.outbox_slots SET relay_id = NULL, held_until = NULL",
  });
}

async function place(shop: TestShop, from: number, count: number): Promise<readonly string[]> {
  const placed = Array.from({ length: count }, async (_, n) => {
    const { body } = await shop.post("/orders", {
      customerId: `c${from + n}`,
      items: oneItem(1),
    });
    await shop.post(`/orders/${body.orderId}/pay`);
    return body.orderId as string;
  });
  return Promise.all(placed);
}

const allSent = (shop: TestShop) =>
  eventually(async () => (await shop.unsent()) === 0, "everything is sent", 60_000);

async function killAt(step: RelayStep): Promise<void> {
  const shop = await createTestShop({ places: true });
  try {
    const ids = await place(shop, 0, orders);
    const killed = await startRelay(shop, step);
    expect(killed.signal, `never reached; it said:\n${killed.all}`).toBe("SIGKILL");
    expect(killed.stderr).toContain("ORDERS_FAILPOINT is set");
    await Promise.all(ids.map((id) => shop.post(`/orders/${id}/ship`)));
    await passParts(shop);
    const heir = shop.relay();
    await heir.start();
    await allSent(shop);
    const events = await shop.events();
    expect(copiesInOrder(events)).toBe(0);
    expect(events).toHaveLength(3 * orders);
    const placed = (await shop.placed()).map(({ order }) => order.orderId);
    expect(placed.toSorted()).toEqual(ids.toSorted());
    // The first of each order was at Kafka.
    expect(heir.counts).toMatchObject({
      found: step === "events-acknowledged" ? orders : 0,
      duplicates: 0,
    });
  } finally {
    await shop.close();
  }
}

const killed = new Map<RelayStep, Promise<void>>();
beforeAll(() => {
  for (const step of relaySteps) {
    const done = killAt(step);
    done.catch(() => {});
    killed.set(step, done);
  }
});

it.each(relaySteps)("nothing is lost, doubled or out of order when it is killed at: %s", (step) =>
  killed.get(step));

it("keeps the order while two of them are killed and replaced under load", async () => {
  const shop = await createTestShop({ places: true });
  const relays = [startRelay(shop), startRelay(shop)];
  try {
    for (let kills = 0; kills < 4; kills++) {
      await place(shop, kills * 100, 100);
      const before = await shop.unsent();
      await eventually(async () => (await shop.unsent()) < before || before === 0, "they publish");
      relays[kills % 2]?.kill("SIGKILL");
      await relays[kills % 2];
      await passParts(shop);
      relays[kills % 2] = startRelay(shop);
    }
    await allSent(shop);
    const events = await shop.events();
    expect(events.length - copiesInOrder(events)).toBe(800);
  } finally {
    for (const relay of relays) relay.kill("SIGTERM");
    await Promise.all(relays);
    await shop.close();
  }
});
