import { afterEach, describe, expect, it } from "vitest";
import type { RelayStep } from "../../../src/shop/relay/relay.ts";
import { relaySteps } from "../../../src/shop/relay/relay.ts";
import { retryParked, selectOutbox } from "../../../src/shop/sql/outbox-questions.ts";
import { eventually } from "../services.ts";
import { copiesInOrder, createTestShop, oneItem, type TestShop } from "./shop.ts";

let shop: TestShop;
afterEach(() => shop.close());

async function place(customerId = "c"): Promise<string> {
  const { body } = await shop.post("/orders", { customerId, items: oneItem(1) });
  return body.orderId;
}

/** An order with all that can happen to it. */
async function wholeLife(customerId: string): Promise<void> {
  const orderId = await place(customerId);
  await shop.post(`/orders/${orderId}/pay`);
  await shop.post(`/orders/${orderId}/${Math.random() < 0.5 ? "ship" : "cancel"}`);
}

const allSent = () => eventually(async () => (await shop.unsent()) === 0, "everything is sent");

const steps = relaySteps.filter((step) => step.startsWith("events-"));

describe("what was left before a relay began", () => {
  const older = (seconds: number) =>
    shop.db.database.query({
      text: `UPDATE shop.event_outbox SET created_at = created_at - interval '${seconds} seconds'`,
    });

  it("is noticed: it is not ready until that is published, and says so", async () => {
    shop = await createTestShop();
    for (let n = 0; n < 30; n++) await place(`c${n}`);
    await older(90);
    const lines: string[] = [];
    let goOn: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const relay = shop.relay({
      log: (line) => lines.push(line),
      reach: (step) => (step === "events-acknowledged" ? held : undefined),
    });
    await relay.start();
    await eventually(
      () => relay.notReadyBecause()?.includes("were left before it began"),
      "it says so",
    );
    expect(relay.notReadyBecause()).toMatch(/30 events, the oldest 9\d s old, were left/);
    goOn();
    await allSent();
    await eventually(() => relay.notReadyBecause() === undefined, "it is ready");
    expect(lines.filter((line) => /left by whoever|what was left/.test(line))).toHaveLength(2);
  });

  it("is nothing where the events are new, or held back by one that was refused", async () => {
    shop = await createTestShop();
    const orderId = await place();
    await shop.post(`/orders/${orderId}/pay`);
    await shop.db.database.query({
      text: "UPDATE shop.event_outbox SET status = 'PARKED' WHERE sequence = 1",
    });
    await older(90);
    await place();
    const lines: string[] = [];
    const relay = shop.relay({ log: (line) => lines.push(line) });
    await relay.start();
    await eventually(() => relay.notReadyBecause() === undefined, "it is ready");
    await eventually(async () => (await shop.unsent()) === 2, "the new one is sent");
    expect(lines.filter((line) => line.includes("left by"))).toEqual([]);
  });
});

describe("the relay", () => {
  it("publishes each event with its headers, soon after its commit", async () => {
    shop = await createTestShop();
    const relay = shop.relay();
    await relay.start();
    await eventually(() => relay.notReadyBecause() === undefined, "it is ready");
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const { body } = await shop.post(
      "/orders",
      { customerId: "cust-123", items: oneItem(10.5, 2) },
      { traceparent },
    );
    await allSent();
    const events = await shop.events();
    expect(events).toMatchObject([
      {
        eventType: "ORDER_CREATED",
        orderId: body.orderId,
        customerId: "cust-123",
        totalCents: 2_100,
        timestamp: body.createdAt,
        sequence: 1,
      },
    ]);
    expect(events[0]?.headers).toEqual({
      "event-id": events[0]?.eventId,
      "event-type": "ORDER_CREATED",
      "event-version": "1",
      traceparent,
    });
    expect(relay.counts).toEqual({
      ...{ published: 1, found: 0, duplicates: 0, refused: 0, parked: 0 },
    });
  });

  it("places each created order once it is in the log, and no other event as one", async () => {
    shop = await createTestShop({ places: true });
    const relay = shop.relay();
    await relay.start();
    const items = [...oneItem(0.1, 3), ...oneItem(0.1, 3), { ...oneItem(7)[0], productId: "p2" }];
    const { body } = await shop.post("/orders", { customerId: "cust-123", items });
    await shop.post(`/orders/${body.orderId}/pay`);
    await shop.post(`/orders/${body.orderId}/cancel`);
    // An event that somebody else put there, in the shape of the reference.
    await shop.db.database.query({
      text: `INSERT INTO shop.event_outbox (event_id, order_id, sequence, event_type, payload)
             SELECT id, id, 1, 'ORDER_CREATED', json_build_object('eventId', id) FROM gen_random_uuid() id`,
    });
    await allSent();
    expect(await shop.placed()).toEqual([
      {
        key: "cust-123",
        order: {
          orderId: body.orderId,
          customerId: "cust-123",
          lines: [
            { productId: "p1", quantity: 3, amount: 0.3 },
            { productId: "p1", quantity: 3, amount: 0.3 },
            { productId: "p2", quantity: 1, amount: 7 },
          ],
          placedAtMs: Date.parse(body.createdAt),
        },
      },
    ]);
    expect(relay.counts).toMatchObject({ published: 4, refused: 0 });
  });

  it("keeps the order of each order's events with three of them under load", async () => {
    shop = await createTestShop();
    const relays = [shop.relay(), shop.relay(), shop.relay()];
    const started = relays.map((relay) => relay.start());
    await Promise.all(Array.from({ length: 200 }, (_, n) => wholeLife(`c${n}`)));
    await Promise.all(started);
    await allSent();
    const events = await shop.events();
    expect(events.length - copiesInOrder(events)).toBe(600);
    // A whole share each: none of them only watches.
    const shares = await eventually(async () => {
      const { rows } = await shop.db.database.query<{ n: number }>({
        text: "SELECT count(*) AS n FROM shop.outbox_slots GROUP BY relay_id ORDER BY 1",
      });
      const counts = rows.map(({ n }) => n);
      return counts.length === 3 && counts;
    }, "each has its share");
    expect(shares).toEqual([20, 22, 22]);
  });

  it.each(steps)("that hangs after: %s, is replaced, and may wake up later", async (step) => {
    shop = await createTestShop({ places: true });
    let wake = () => {};
    let hangs: () => void = () => {};
    const hanging = new Promise<void>((resolve) => {
      hangs = resolve;
    });
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let sleeps = false;
    const reach = async (reached: RelayStep) => {
      if (reached === step) {
        sleeps = true;
        hangs();
      }
      // All of the process sleeps.
      if (sleeps) await asleep;
    };
    const orders = await Promise.all(Array.from({ length: 20 }, (_, n) => place(`c${n}`)));
    const sleeper = shop.relay({ reach });
    await sleeper.start();
    await hanging;
    // As if the time of its parts were up.
    await shop.db.database.query({
      text: "UPDATE shop.outbox_slots SET relay_id = NULL, held_until = NULL",
    });
    const other = shop.relay();
    await other.start();
    await Promise.all(orders.map((orderId) => shop.post(`/orders/${orderId}/pay`)));
    await allSent();
    wake();
    await Promise.all(orders.map((orderId) => shop.post(`/orders/${orderId}/ship`)));
    await allSent();
    await sleeper.stop(5_000);
    const events = await shop.events();
    const copies = copiesInOrder(events);
    expect(events.length - copies).toBe(60);
    const placed = (await shop.placed()).map(({ order }) => order.orderId);
    expect(placed.length).toBeLessThanOrEqual(40);
    expect(new Set(placed)).toEqual(new Set(orders));
    expect(copies).toBeLessThanOrEqual(20);
    expect(sleeper.counts.duplicates).toBe(step === "events-acknowledged" ? 20 : copies);
  });

  it("parks what Kafka refuses for what it is, holds back its order's later events alone, and retries", async () => {
    shop = await createTestShop({ configEntries: [{ name: "max.message.bytes", value: "2000" }] });
    const relay = shop.relay();
    await relay.start();
    const items = Array.from({ length: 60 }, (_, n) => ({
      productId: `p${n}`,
      quantity: 1,
      price: 1,
    }));
    const { body } = await shop.post("/orders", { customerId: "c", items });
    await shop.post(`/orders/${body.orderId}/pay`);
    const orders = await Promise.all(Array.from({ length: 20 }, (_, n) => place(`c${n}`)));
    await eventually(async () => (await shop.unsent()) === 2, "the others are sent");
    const [failed] = await selectOutbox(shop.db.database, ["FAILED"], 10);
    expect(failed).toMatchObject({ order_id: body.orderId, sequence: 1, held_back: 1 });
    expect(failed?.last_error).toContain("MESSAGE_TOO_LARGE");
    // As often refused as may be, but for the last time.
    await shop.db.database.query({
      text: "UPDATE shop.event_outbox SET retry_count = 7, next_attempt_at = NULL WHERE status = 'FAILED'",
    });
    const parked = await eventually(async () => {
      const rows = await selectOutbox(shop.db.database, ["PARKED"], 10);
      return rows.length > 0 && rows;
    }, "it is parked");
    expect(parked).toMatchObject([{ order_id: body.orderId, sequence: 1, held_back: 1 }]);
    expect(await retryParked(shop.db.database, [parked[0]?.id ?? 0])).toEqual([parked[0]?.id]);
    await eventually(
      async () => (await selectOutbox(shop.db.database, ["FAILED"], 10)).length === 1,
      "it is tried again",
    );
    const events = await shop.events();
    expect(copiesInOrder(events)).toBe(0);
    expect(events.map(({ orderId }) => orderId).toSorted()).toEqual(orders.toSorted());
  });

  it("works beside the reference's own statement", async () => {
    shop = await createTestShop();
    await Promise.all(Array.from({ length: 60 }, (_, n) => place(`c${n}`)));
    const { rows: open } = await shop.db.database.transaction(async (tx) => {
      await tx.query({ text: "SET LOCAL search_path = shop" });
      return tx.query({
        text: `SELECT * FROM event_outbox
               WHERE status IN ('NEW','FAILED')
               FOR UPDATE SKIP LOCKED
               LIMIT 50`,
      });
    });
    expect(open).toHaveLength(50);
  });

  it("lets what was sent go, in steps", async () => {
    shop = await createTestShop();
    const relay = shop.relay({ keepSentMs: 0 });
    await relay.start();
    await Promise.all(Array.from({ length: 50 }, (_, n) => place(`c${n}`)));
    await allSent();
    await place();
    await eventually(async () => {
      const { rows } = await shop.db.database.query<{ n: number }>({
        text: "SELECT count(*) AS n FROM shop.event_outbox",
      });
      return (rows[0]?.n ?? 0) === 0;
    }, "the outbox is empty");
    const events = await shop.events();
    expect(copiesInOrder(events)).toBe(0);
    expect(events).toHaveLength(51);
  });
});
