import { afterEach, describe, expect, it } from "vitest";
import { writeOutcomeEvent } from "../../../src/order/outcome-event.ts";
import { outcomeSteps } from "../../../src/reservation/failpoints.ts";
import { tellReleases } from "../../../src/reservation/follow-shop/tell-releases.ts";
import { outcomeTopics } from "../../../src/reservation/outcomes/outcome-messages.ts";
import { createMessageSender } from "../../../src/runtime/kafka/create-message-sender.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { eventually } from "../services.ts";
import { createTestShop, type TestShop } from "./shop.ts";

let shop: TestShop;
afterEach(() => shop.close());

const line = (productId: string, quantity: number, price = 1) => ({ productId, quantity, price });

async function place(items: readonly object[], customerId = "cust-1"): Promise<string> {
  return (await shop.post("/orders", { customerId, items })).body.orderId;
}

const decided = (orderId: string) =>
  eventually(async () => {
    const { body } = await shop.get(`/orders/${orderId}`);
    return body.reservation !== "PENDING" && body;
  }, "its outcome is known");

async function available(productId: string): Promise<number> {
  const { rows } = await shop.db.database.query<{ n: number }>(
    { text: "SELECT available_quantity AS n FROM inventory WHERE product_id = $1" },
    [productId],
  );
  return rows[0]?.n ?? 0;
}

describe("an order of the shop", () => {
  it("is reserved or rejected, all or nothing, and the shop and all topics say so", async () => {
    shop = await createTestShop({ reserves: true });
    await Promise.all([shop.consumer().start(), shop.relay().start()]);
    const before = await available("PROD001");
    const good = await place([line("PROD001", 2, 10), line("PROD001", 3, 10), line("PROD002", 1)]);
    const large = await place([line("PROD002", 1), line("PROD001", before)]);
    const unknown = await place([line("PROD001", 1), line("nothing", 1)]);
    expect(await decided(good)).toMatchObject({ status: "RESERVED", reservation: "RESERVED" });
    const short = { productId: "PROD001", wanted: before, available: before - 5 };
    expect(await decided(large)).toMatchObject({
      status: "REJECTED",
      reservation: "REJECTED",
      rejection: { reason: "insufficient_stock", ...short },
    });
    expect(await decided(unknown)).toMatchObject({
      status: "REJECTED",
      rejection: { reason: "unknown_product", productId: "nothing", wanted: 1, available: 0 },
    });
    expect(await available("PROD001")).toBe(before - 5);

    const [validated, inventory, warehouse, stock] = await Promise.all(
      outcomeTopics.map((kind) => shop.outcomes(kind)),
    );
    const statuses = Object.fromEntries((validated ?? []).map((e) => [e.orderId, e.status]));
    expect(statuses).toEqual({ [good]: "RESERVED", [large]: "REJECTED", [unknown]: "REJECTED" });
    expect(inventory).toHaveLength(3);
    expect(inventory).toContainEqual(
      expect.objectContaining({ key: large, reason: "insufficient_stock", ...short }),
    );
    expect(warehouse).toMatchObject([
      {
        key: good,
        customerId: "cust-1",
        items: [
          { productId: "PROD001", quantity: 2 },
          { productId: "PROD001", quantity: 3 },
          { productId: "PROD002", quantity: 1 },
        ],
      },
    ]);
    expect(stock).toMatchObject([
      { key: "PROD001", type: "RESTOCK_REQUESTED", orderId: large, ...short },
    ]);
  });

  it("may be paid for meanwhile, and is shipped only when its stock is reserved", async () => {
    shop = await createTestShop({ reserves: true });
    const good = await place([line("PROD001", 1)]);
    const bad = await place([line("nothing", 1)]);
    for (const id of [good, bad]) await shop.post(`/orders/${id}/pay`);
    const refused = await shop.post(`/orders/${good}/ship`);
    expect(refused).toMatchObject({ status: 409, body: { error: "conflict" } });
    await Promise.all([shop.consumer().start(), shop.relay().start()]);
    expect(await decided(good)).toMatchObject({ status: "PAID", reservation: "RESERVED" });
    expect(await decided(bad)).toMatchObject({ status: "PAID", reservation: "REJECTED" });
    expect(await shop.post(`/orders/${bad}/ship`)).toMatchObject({ status: 409 });
    expect(await shop.post(`/orders/${bad}/cancel`)).toMatchObject({ status: 200 });
    expect(await shop.post(`/orders/${good}/ship`)).toMatchObject({
      status: 200,
      body: { status: "SHIPPED" },
    });
    const rejected = await place([line("nothing", 1)]);
    await decided(rejected);
    expect(await shop.post(`/orders/${rejected}/pay`)).toMatchObject({ status: 409 });
    // Outcomes are no events of the shop's.
    await eventually(async () => (await shop.unsent()) === 0, "everything is sent");
    const sequences = (await shop.events()).filter((event) => event.orderId === good);
    expect(sequences.map(({ sequence }) => sequence).toSorted()).toEqual([1, 2, 3]);
  });
});

describe("a cancelled order", () => {
  const shows = async (orderId: string) => (await shop.get(`/orders/${orderId}`)).body;
  const untold = async () =>
    (await shop.db.database.query({ text: "SELECT FROM untold_releases" })).rows.length;

  it("shows RESERVED until its stock is given back, and RELEASED then", async () => {
    shop = await createTestShop({ reserves: true });
    const before = await available("PROD003");
    const deciding = shop.consumer();
    await Promise.all([deciding.start(), shop.relay().start()]);
    const orders = await Promise.all([1, 2].map((n) => place([line("PROD003", n)], `c${n}`)));
    const [cancelled = "", kept = ""] = orders;
    for (const orderId of orders)
      expect(await decided(orderId)).toMatchObject({ reservation: "RESERVED" });
    expect((await shop.post(`/orders/${cancelled}/cancel`)).body).toMatchObject({
      ...{ status: "CANCELLED", reservation: "RESERVED" },
    });
    await eventually(async () => (await shop.unsent()) === 0, "everybody is told of it");
    expect(await shows(cancelled)).toMatchObject({ reservation: "RESERVED" });
    await shop.consumer({ followShop: true }).start();
    await eventually(
      async () => (await shows(cancelled)).reservation === "RELEASED",
      "it is given back",
    );
    expect(await shows(cancelled)).toMatchObject({ status: "CANCELLED" });
    expect(await shows(kept)).toMatchObject({ status: "RESERVED", reservation: "RESERVED" });
    expect(await available("PROD003")).toBe(before - 2);
    expect(await untold()).toBe(0);
    const told = (await shop.outcomes("inventory")).filter(({ key }) => key === cancelled);
    expect(told.map(({ status }) => status)).toEqual(["RESERVED", "RELEASED"]);
    expect(told[1]?.items).toEqual([{ productId: "PROD003", quantity: 1 }]);
  });

  it("is told of again where nobody knows whether it was, under the same id", async () => {
    shop = await createTestShop({ reserves: true, deaf: true });
    const { database } = shop.db;
    const orderId = await place([line("PROD003", 1), line("PROD004", 2)]);
    const consumer = shop.consumer();
    await Promise.all([consumer.start(), shop.relay().start()]);
    await eventually(
      async () => (await database.query({ text: "SELECT FROM orders" })).rows.length === 2,
      "it is reserved",
    );
    await database.query({
      text: `UPDATE orders SET status = 'released'; INSERT INTO untold_releases SELECT order_id FROM orders WHERE line_no = 1`,
    });
    const kafka = createKafka(shop.settings, "orders-test");
    const sender = createMessageSender(kafka, {
      ...shop.settings,
      topic: shop.settings.inventoryTopic,
    });
    const dying = Object.create(sender, {
      send: {
        async value(messages: Parameters<typeof sender.send>[0]) {
          await sender.send(messages);
          throw new Error("its answer never came");
        },
      },
    }) as typeof sender;
    await expect(tellReleases(database, dying)).rejects.toThrow("its answer never came");
    expect(await untold()).toBe(1);
    expect(await tellReleases(database, sender)).toBe(1);
    expect(await untold()).toBe(0);
    expect(await tellReleases(database, sender)).toBe(0);
    await sender.close();
    const told = (await shop.outcomes("inventory")).filter(({ status }) => status === "RELEASED");
    expect(told.map(({ key }) => key)).toEqual([orderId, orderId]);
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(1);
    expect(told[0]?.items).toHaveLength(2);
  });

  it("stays RELEASED whatever is told of it later, and a rejected one stays REJECTED", async () => {
    shop = await createTestShop({ reserves: true });
    const orders = await Promise.all([1, 2, 3].map((n) => place([line("PROD003", n)], `c${n}`)));
    const [late = "", rejected = "", last = ""] = orders;
    for (const orderId of orders) await shop.post(`/orders/${orderId}/cancel`);
    const kafka = createKafka(shop.settings, "orders-test");
    const { inventoryTopic: topic } = shop.settings;
    const sender = createMessageSender(kafka, { ...shop.settings, topic });
    await sender.connect();
    const items = [{ productId: "PROD003", quantity: 1 }];
    const timestamp = new Date().toISOString();
    const tell = async (orderId: string, status: "RESERVED" | "REJECTED" | "RELEASED") => {
      const value = Buffer.from(writeOutcomeEvent({ orderId, status, items, timestamp }));
      await sender.send([{ key: orderId, value, headers: {} }]);
    };
    // Between the two the shop may have read the first, or reads both at once.
    await tell(late, "RELEASED");
    await tell(rejected, "REJECTED");
    expect(await decided(late)).toMatchObject({ reservation: "RELEASED" });
    expect(await decided(rejected)).toMatchObject({ reservation: "REJECTED" });
    await tell(late, "RESERVED");
    await tell(rejected, "RELEASED");
    for (const status of ["RESERVED", "RELEASED", "RESERVED"] as const) await tell(last, status);
    await eventually(async () => (await shows(last)).reservation === "RELEASED", "all is read");
    expect(await shows(late)).toMatchObject({ reservation: "RELEASED" });
    expect(await shows(rejected)).toMatchObject({ reservation: "REJECTED" });
    await sender.close();
  });
});

describe("outcomes", () => {
  it.each(
    outcomeSteps,
  )("are told at least once by the next when one hangs after: %s", async (step) => {
    shop = await createTestShop({ reserves: true });
    let hangs: () => void = () => {};
    const hanging = new Promise<void>((resolve) => {
      hangs = resolve;
    });
    let wake: () => void = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const first = shop.consumer({
      reach(reached) {
        if (reached !== step) return;
        hangs();
        return asleep;
      },
    });
    await Promise.all([first.start(), shop.relay().start()]);
    const orders = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        place([line(n % 2 === 0 ? "PROD001" : "nothing", 1)], `c${n}`),
      ),
    );
    await hanging;
    // Its partitions go to another before it wakes up.
    await first.stop(100);
    await shop.consumer().start();
    const found = await Promise.all(orders.map(decided));
    wake();
    expect(found.map(({ reservation }) => reservation)).toEqual(
      orders.map((_, n) => (n % 2 === 0 ? "RESERVED" : "REJECTED")),
    );
    const told = await shop.outcomes("inventory");
    expect(new Set(told.map(({ key }) => key))).toEqual(new Set(orders));
    // A copy has the id of the first.
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(20);
  });

  it("are told by two, of all orders; what is set aside is told as that, and changes nothing", async () => {
    shop = await createTestShop({ reserves: true });
    await Promise.all([shop.consumer().start(), shop.consumer().start(), shop.relay().start()]);
    const orders = await Promise.all(
      Array.from({ length: 200 }, (_, n) => place([line("PROD002", 1)], `c${n}`)),
    );
    const found = await Promise.all(orders.map(decided));
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(["RESERVED"]));
    // The same id with other contents: set aside, and nobody takes it for the outcome.
    const [orderId] = orders;
    await shop.db.database.query({
      text: `INSERT INTO shop.event_outbox (event_id, order_id, sequence, event_type, payload)
             SELECT gen_random_uuid(), order_id, 9, 'ORDER_CREATED',
                    replace(payload, '"quantity":1', '"quantity":2')::jsonb || '{"totalPrice":2}'
               FROM shop.event_outbox WHERE order_id = '${orderId}' AND sequence = 1`,
    });
    await eventually(
      async () => (await shop.outcomes("validated")).some(({ status }) => status === "INVALID"),
      "the other contents are told of",
    );
    const told = (await shop.outcomes("validated")).filter(({ key }) => key === orderId);
    expect(told.map(({ status, reason }) => [status, reason])).toEqual(
      expect.arrayContaining([
        ["RESERVED", undefined],
        ["INVALID", "conflicting_duplicate"],
      ]),
    );
    expect((await shop.get(`/orders/${orderId}`)).body.status).toBe("RESERVED");
  });
});
