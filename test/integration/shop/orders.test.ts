import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestShop, oneItem, type TestShop } from "./shop.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

/** The reference's own request. */
const request = {
  customerId: "cust-123",
  items: [
    { productId: "p1", quantity: 2, price: 10 },
    { productId: "p2", quantity: 1, price: 50 },
  ],
};

async function place(body: unknown = request): Promise<string> {
  const { status, body: answer } = await shop.post("/orders", body);
  expect(status).toBe(201);
  return answer.orderId;
}

const outboxOf = async (orderId: string) => {
  const { rows } = await shop.db.database.query<{ event_type: string; sequence: number }>(
    {
      text: "SELECT event_type, sequence FROM shop.event_outbox WHERE order_id = $1 ORDER BY id",
    },
    [orderId],
  );
  return rows;
};

describe("POST /orders", () => {
  it("answers the reference's request as the reference does, and keeps order, items and event", async () => {
    const { status, headers, body } = await shop.post("/orders", request);
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(["orderId", "status", "totalPrice", "createdAt"]);
    expect(body).toMatchObject({ status: "CREATED", totalPrice: 70 });
    expect(headers.get("location")).toBe(`/orders/${body.orderId}`);
    expect(await outboxOf(body.orderId)).toEqual([{ event_type: "ORDER_CREATED", sequence: 1 }]);
    const { body: shown } = await shop.get(`/orders/${body.orderId}`);
    expect(shown).toMatchObject({ ...body, customerId: "cust-123", items: request.items });
  });

  it("adds to the cent what doubles do not", async () => {
    const items = Array.from({ length: 3 }, () => ({ productId: "p", quantity: 7, price: 0.1 }));
    const { body } = await shop.post("/orders", { customerId: "c", items });
    expect(body.totalPrice).toBe(2.1);
    const { body: large } = await shop.post("/orders", {
      customerId: "c",
      items: [
        { productId: "p", quantity: 1, price: 999_999_999_999.98 },
        { productId: "p", quantity: 1, price: 0.01 },
      ],
    });
    expect(large.totalPrice).toBe(999_999_999_999.99);
    const { body: shown } = await shop.get(`/orders/${large.orderId}`);
    expect(shown.totalPrice).toBe(999_999_999_999.99);
  });

  it.each([
    ["invalid_body", undefined, []],
    ["invalid_body", undefined, 7],
    ["invalid_field", "customerId", { items: oneItem(1) }],
    ["invalid_field", "customerId", { customerId: "", items: oneItem(1) }],
    ["invalid_field", "customerId", { customerId: "a\u0000b", items: oneItem(1) }],
    ["invalid_field", "customerId", { customerId: "\ud800", items: oneItem(1) }],
    ["invalid_field", "items", { customerId: "c" }],
    ["invalid_field", "items", { customerId: "c", items: [] }],
    ["invalid_field", "items", { customerId: "c", items: Array(101).fill(oneItem(1)[0]) }],
    ["invalid_field", "items[0]", { customerId: "c", items: [null] }],
    ["invalid_field", "items[0].quantity", { customerId: "c", items: oneItem(1, 0) }],
    ["invalid_field", "items[0].quantity", { customerId: "c", items: oneItem(1, 1.5) }],
    ["invalid_field", "items[0].price", { customerId: "c", items: oneItem(10.001) }],
    ["invalid_field", "items[0].price", { customerId: "c", items: oneItem(-1) }],
    ["invalid_field", "items", { customerId: "c", items: oneItem(999_999_999_999.99, 2) }],
  ])("refuses with %s %s", async (error, field, body) => {
    const { status, body: problem } = await shop.post("/orders", body);
    expect(status).toBe(400);
    expect(problem).toMatchObject({ error, ...(field === undefined ? {} : { field }) });
  });

  it("refuses what is no JSON, and what is not sent as JSON", async () => {
    const json = { "content-type": "application/json" };
    expect(await shop.post("/orders", "{", json)).toMatchObject({ status: 400 });
    expect(await shop.post("/orders", "a=b", { "content-type": "text/plain" })).toMatchObject({
      status: 415,
      body: { error: "unsupported_media_type" },
    });
    expect(await shop.post("/orders", " ".repeat(1_100_000), json)).toMatchObject({ status: 413 });
  });

  it("makes one order of one Idempotency-Key, however often and at once it comes", async () => {
    const key = { "idempotency-key": "once" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.post("/orders", request, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const replayed = answers.filter(({ headers }) => headers.has("idempotent-replayed"));
    expect(replayed).toHaveLength(19);
    expect(await outboxOf(answers[0]?.body.orderId)).toHaveLength(1);
    const other = await shop.post("/orders", { ...request, items: oneItem(1) }, key);
    expect(other).toMatchObject({ status: 422, body: { error: "idempotency_key_reused" } });
  });
});

describe("what the database refuses of one", () => {
  beforeAll(async () => {
    // As anything that nobody thought of: what HTTP takes, and the tables do not.
    await shop.db.database.query({
      text: `ALTER TABLE shop.orders ADD CONSTRAINT unthought CHECK (customer_id <> 'unthought'),
               ADD CONSTRAINT unchanged CHECK (customer_id <> 'unchanged' OR sequence = 1)`,
    });
  });

  it("is refused to that order alone: those that waited with it are created, once", async () => {
    const customers = Array.from({ length: 60 }, (_, n) => (n % 20 === 7 ? "unthought" : `c${n}`));
    const answers = await Promise.all(
      customers.map((customerId) => shop.post("/orders", { ...request, customerId })),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      customers.map((customerId) => (customerId === "unthought" ? 500 : 201)),
    );
    for (const { status, body } of answers)
      if (status === 201) expect(await outboxOf(body.orderId)).toHaveLength(1);
  });

  it("is refused to that change alone", async () => {
    const customers = Array.from({ length: 30 }, (_, n) => (n === 17 ? "unchanged" : "changes"));
    const placed = await Promise.all(
      customers.map((customerId) => place({ ...request, customerId })),
    );
    const answers = await Promise.all(placed.map((orderId) => shop.post(`/orders/${orderId}/pay`)));
    expect(answers.map(({ status }) => status)).toEqual(
      customers.map((customerId) => (customerId === "unchanged" ? 500 : 200)),
    );
  });
});

describe("a change", () => {
  it("follows the state machine, and each has its event", async () => {
    const orderId = await place();
    expect(await shop.post(`/orders/${orderId}/ship`)).toMatchObject({
      status: 409,
      body: {
        error: "conflict",
        message: "an order that is CREATED cannot be shipped; it must be PAID",
      },
    });
    expect(await shop.post(`/orders/${orderId}/pay`)).toMatchObject({
      status: 200,
      body: { status: "PAID" },
    });
    expect(await shop.post(`/orders/${orderId}/pay`)).toMatchObject({ status: 409 });
    expect(await shop.post(`/orders/${orderId}/ship`)).toMatchObject({
      status: 200,
      body: { status: "SHIPPED" },
    });
    expect(await shop.post(`/orders/${orderId}/cancel`)).toMatchObject({ status: 409 });
    expect(await outboxOf(orderId)).toEqual([
      { event_type: "ORDER_CREATED", sequence: 1 },
      { event_type: "PAYMENT_COMPLETED", sequence: 2 },
      { event_type: "ORDER_SHIPPED", sequence: 3 },
    ]);
  });

  it("is made once of a hundred at once", async () => {
    const orderId = await place();
    const changes = Array.from({ length: 100 }, () => shop.post(`/orders/${orderId}/cancel`));
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(99);
    expect(await outboxOf(orderId)).toHaveLength(2);
  });

  it("of an order that is not there is 404", async () => {
    expect(await shop.post("/orders/none/pay")).toMatchObject({ status: 404 });
    const nobody = "0190b6a0-0000-7000-8000-000000000001";
    expect(await shop.post(`/orders/${nobody}/pay`)).toMatchObject({ status: 404 });
    expect(await shop.get(`/orders/${nobody}`)).toMatchObject({ status: 404 });
    expect(await shop.post("/orders/none/burn")).toMatchObject({ status: 404 });
    expect(await shop.get(`/orders/${nobody}/pay`)).toMatchObject({ status: 405 });
  });
});

describe("GET /orders", () => {
  it("gives every order once, newest first, page by page, of one customer and status", async () => {
    const placed: string[] = [];
    for (let n = 0; n < 7; n++)
      placed.push(await place({ customerId: "pages", items: oneItem(n) }));
    await shop.post(`/orders/${placed[3]}/pay`);
    const seen: string[] = [];
    let path: string | undefined = "/orders?customerId=pages&limit=3";
    while (path !== undefined) {
      const { status, headers, body } = await shop.get(path);
      expect(status).toBe(200);
      expect(body.length).toBeLessThanOrEqual(3);
      seen.push(...body.map((order: { orderId: string }) => order.orderId));
      path = /^<(.+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    }
    expect(seen).toEqual(placed.toReversed());
    const { body } = await shop.get("/orders?customerId=pages&status=PAID");
    expect(body).toMatchObject([
      { orderId: placed[3], customerId: "pages", status: "PAID", totalPrice: 3 },
    ]);
  });

  it.each([
    "limit=0",
    "limit=501",
    "limit=x",
    "status=LOST",
    "after=x",
    "customer=c",
    "customerId=a&customerId=b",
  ])("refuses ?%s", async (query) => {
    const { status, body } = await shop.get(`/orders?${query}`);
    expect(status).toBe(400);
    expect(body.error).toBe("invalid_query");
  });
});
