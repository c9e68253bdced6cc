import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Publisher } from "../../../../src/intake/publisher.ts";
import { buildServer, type IntakeServer } from "../../../../src/intake/server/build-server.ts";
import { orderIdForKey } from "../../../../src/order/order-id.ts";
import { ScriptedSender } from "../scripted-sender.ts";

const order = { customer_id: "CUST001", product_id: "PROD001", quantity: 5, amount: 6499.95 };
const item = { product_id: "PROD001", quantity: 2, price: 10.5 };
const limits = {
  queueMessages: 10_000,
  queueBytes: 100_000_000,
  batchMessages: 10_000,
  partitionBytes: 100_000,
  timeoutMs: 5_000,
};

let sender: ScriptedSender;
let publisher: Publisher;
let server: IntakeServer;
const bugs: Error[] = [];
beforeAll(async () => {
  sender = new ScriptedSender();
  const { send } = sender;
  sender.send = (messages) => {
    const sent = send.call(sender, messages);
    sender.sends.at(-1)?.acknowledge();
    return sent;
  };
  publisher = new Publisher(sender, limits, () => {});
  publisher.start();
  server = await buildServer(publisher, limits.timeoutMs, { bug: (error) => bugs.push(error) });
});
afterAll(async () => {
  await publisher.close();
  await server.app.close();
  expect(bugs).toEqual([]);
});

async function post(url: string, body: unknown, headers: Record<string, string | string[]> = {}) {
  const payload = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await server.app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...headers },
    payload,
  });
  return { status: answer.statusCode, headers: answer.headers, ...answer.json() };
}

const anyOf = (overrides: object) => ({ ...order, ...overrides });

describe("POST /order", () => {
  it.each([
    ["an order", order],
    ["an amount of 0", anyOf({ amount: 0 })],
    ["the largest of everything", anyOf({ quantity: 1_000_000, amount: 999_999_999_999.99 })],
    [
      "255 characters of text",
      anyOf({ customer_id: "ü".repeat(255), product_id: "€".repeat(255) }),
    ],
    ["fields that are not ours", anyOf({ order_id: "mine", timestamp: 5, status: [] })],
    ["items", { customer_id: "C", items: [item, item] }],
    ["items and their sum", { customer_id: "C", items: [item, item], amount: 42 }],
    ["100 lines", { customer_id: "C", items: Array(100).fill(item) }],
  ])("accepts %s", async (_, body) => {
    expect(await post("/order", body)).toMatchObject({
      status: "accepted",
      order_id: expect.stringMatching(/^[0-9a-f-]{14}7[0-9a-f-]{21}$/),
    });
  });

  it.each([
    ["customer_id", anyOf({ customer_id: undefined })],
    ["customer_id", anyOf({ customer_id: "" })],
    ["customer_id", anyOf({ customer_id: null })],
    ["customer_id", anyOf({ customer_id: 5 })],
    ["customer_id", anyOf({ customer_id: "x".repeat(256) })],
    ["customer_id", anyOf({ customer_id: "😀".repeat(128) })],
    ["customer_id", anyOf({ customer_id: "a\u0000b" })],
    ["customer_id", '{"customer_id":"\\ud800","product_id":"P","quantity":1,"amount":1}'],
    ["product_id", anyOf({ product_id: undefined })],
    ["product_id", anyOf({ product_id: ["PROD001"] })],
    ["quantity", anyOf({ quantity: undefined })],
    ["quantity", anyOf({ quantity: 0 })],
    ["quantity", anyOf({ quantity: -4 })],
    ["quantity", anyOf({ quantity: 1.5 })],
    ["quantity", anyOf({ quantity: "5" })],
    ["quantity", anyOf({ quantity: true })],
    ["quantity", anyOf({ quantity: 1_000_001 })],
    ["quantity", anyOf({ quantity: 2 ** 31 })],
    ["amount", anyOf({ amount: undefined })],
    ["amount", anyOf({ amount: -0.01 })],
    ["amount", anyOf({ amount: 1.005 })],
    ["amount", anyOf({ amount: "1" })],
    ["amount", anyOf({ amount: 1_000_000_000_000 })],
    ["amount", '{"customer_id":"C","product_id":"P","quantity":1,"amount":1e400}'],
    ["items", { customer_id: "C", items: [] }],
    ["items", { customer_id: "C", items: {} }],
    ["items", { customer_id: "C", items: null }],
    ["items", { customer_id: "C", items: Array(101).fill(item) }],
    ["items", { customer_id: "C", items: Array(2).fill({ ...item, price: 999_999_999_999 }) }],
    ["items[1]", { customer_id: "C", items: [item, 5] }],
    ["items[1].price", { customer_id: "C", items: [item, { ...item, price: 0.001 }] }],
    ["items[0].price", { customer_id: "C", items: [{ ...item, price: undefined }] }],
    ["items[0].quantity", { customer_id: "C", items: [{ ...item, quantity: 0 }] }],
    ["items[0].product_id", { customer_id: "C", items: [{ ...item, product_id: "\u0000" }] }],
    ["product_id", { customer_id: "C", items: [item], product_id: "P" }],
    ["quantity", { customer_id: "C", items: [item], quantity: 1 }],
    ["amount", { customer_id: "C", items: [item], amount: 20 }],
  ])("refuses a wrong %s and names it: %j", async (field, body) => {
    const answer = await post("/order", body);
    expect(answer).toMatchObject({ status: 400, error: "invalid_field", field });
    expect(answer.message).toContain(field);
    expect(answer.message.length).toBeLessThan(300);
  });

  it.each([
    [400, "invalid_json", "{", {}],
    [400, "invalid_json", "", {}],
    [400, "invalid_json", '{"__proto__":{"customer_id":"C"}}', {}],
    [400, "invalid_json", '{"constructor":{"prototype":{}}}', {}],
    [400, "invalid_body", "[]", {}],
    [400, "invalid_body", "null", {}],
    [400, "invalid_body", '"text"', {}],
    [400, "bad_request", Buffer.from([0x7b, 0xff, 0x7d]), {}],
    [400, "bad_request", Buffer.from("{}", "utf16le"), {}],
    [415, "unsupported_media_type", "{}", { "content-encoding": "gzip" }],
    [415, "unsupported_media_type", "{}", { "content-encoding": "br" }],
    [415, "unsupported_media_type", "{}", { "content-type": "application/json; charset=utf-16" }],
    [413, "body_too_large", `{"customer_id":"${"x".repeat(1_100_000)}"}`, {}],
    [415, "unsupported_media_type", "a=b", { "content-type": "application/x-www-form-urlencoded" }],
    [415, "unsupported_media_type", "{}", { "content-type": "text/plain" }],
  ])("answers %i %s", async (status, error, body, headers) => {
    const answer = await post("/order", body, headers);
    expect(answer).toMatchObject({ status, error, message: expect.any(String) });
  });

  it("takes a charset, a byte order mark, and some depth in a field that is not ours", async () => {
    const deep = `${"[".repeat(15)}${"]".repeat(15)}`;
    const body = `${JSON.stringify(order).slice(0, -1)},"other":${deep}}`;
    const answer = await post("/order", `\ufeff${body}`, {
      "content-type": "application/json; charset=utf-8",
    });
    expect(answer.status).toBe("accepted");
  });

  it.each([
    ["nested deeper", "[".repeat(900_000)],
    ["nested deeper", `{"other":${"[".repeat(200_000)}${"]".repeat(200_000)}}`],
    ["more arrays and objects", `{"other":[${"{},".repeat(20_000)}{}]}`],
    ["more values", `{"other":[${"1,".repeat(60_000)}1]}`],
    ["more values", `{${'"a":1,'.repeat(60_000)}"a":1}`],
    ["more different field names", `{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":1`)}}`],
    ["a number of more characters", `{"amount":${"9".repeat(900_000)}}`],
  ])("refuses, unread, a body that is or has %s than an order may", async (what, body) => {
    const answer = await post("/order", body);
    expect(answer).toMatchObject({ status: 400, error: "invalid_body" });
    expect(answer.message).toContain(what);
  });

  it("refuses an order that no message could carry", async () => {
    const text = "\u0001".repeat(255);
    const items = Array(100).fill({ ...item, product_id: text });
    const answer = await post("/order", { customer_id: "C", items });
    expect(answer).toMatchObject({ status: 413, error: "order_too_large" });
  });
});

describe("Idempotency-Key", () => {
  it("makes the id known beforehand, per customer", async () => {
    const answer = await post("/order", order, { "idempotency-key": "key 1".replace(" ", "-") });
    expect(answer.order_id).toBe(orderIdForKey("CUST001", "key-1"));
    const batch = await post("/orders/batch", [order, { ...order, customer_id: "CUST002" }], {
      "idempotency-key": "key-1",
    });
    expect(batch.order_ids).toEqual([
      orderIdForKey("CUST001", "key-1#0"),
      orderIdForKey("CUST002", "key-1#1"),
    ]);
  });

  it.each([
    ["", "empty"],
    ["a b", "with a space"],
    ["ü", "not ASCII"],
    ["x".repeat(256), "long"],
  ])("is refused when it is %j (%s)", async (key) => {
    const answer = await post("/order", order, { "idempotency-key": key });
    expect(answer).toMatchObject({ status: 400, error: "invalid_idempotency_key" });
  });

  it("may have 255 characters", async () => {
    expect((await post("/order", order, { "idempotency-key": "x".repeat(255) })).status).toBe(
      "accepted",
    );
  });
});

describe("POST /orders/batch", () => {
  it("accepts orders of both kinds, in order", async () => {
    const before = sender.handed.length;
    const items = { customer_id: "CUST001", items: [item] };
    const answer = await post("/orders/batch", [order, items, order]);
    expect(answer).toMatchObject({ status: "accepted", count: 3 });
    const handed = sender.handed.slice(before).map((value) => JSON.parse(value).order_id);
    expect(handed).toEqual(answer.order_ids);
  });

  it.each([
    ["an empty array", [], { error: "invalid_body" }],
    ["an object", order, { error: "invalid_body" }],
    ["no order", [order, 5], { error: "invalid_body", index: 1 }],
    ["a wrong type", [order, anyOf({ quantity: "5" })], { field: "quantity", index: 1 }],
    ["a missing field", [order, order, { customer_id: "C" }], { field: "product_id", index: 2 }],
    ["a broken rule", [anyOf({ amount: 0.001 }), order], { field: "amount", index: 0 }],
    ["10,001 orders", Array(10_001).fill(order), { error: "invalid_body" }],
  ])("refuses all for %s and publishes nothing", async (_, body, expected) => {
    const before = sender.handed.length;
    expect(await post("/orders/batch", body)).toMatchObject({ status: 400, ...expected });
    expect(sender.handed).toHaveLength(before);
  });

  it.each([
    ["nested deeper", "[".repeat(4_000_000)],
    ["nested deeper", `[${'{"a":'.repeat(1_300_000)}`],
    ["an array of 1 to 10000 orders", `[${"{},".repeat(2_600_000)}{}]`],
    ["an array of 1 to 10000 orders", `[${"1,".repeat(4_000_000)}1]`],
    ["more arrays and objects", `[{"other":[${"{},".repeat(2_600_000)}{}]}]`],
    ["more different field names", `[{${Array.from({ length: 700_000 }, (_, n) => `"k${n}":1`)}}]`],
  ])("refuses, unread, a batch that is or has %s", async (what, body) => {
    const answer = await post("/orders/batch", body);
    expect(answer).toMatchObject({ status: 400, error: "invalid_body" });
    expect(answer.message).toContain(what);
  });

  it("refuses a body larger than 8 MiB", async () => {
    const answer = await post("/orders/batch", `[${" ".repeat(8 * 1024 * 1024)}]`);
    expect(answer).toMatchObject({ status: 413, error: "body_too_large" });
  });
});

describe("other requests", () => {
  it.each([
    ["GET", "/", 404, undefined],
    ["POST", "/orders", 404, undefined],
    ["GET", "/order", 405, "POST"],
    ["PUT", "/orders/batch", 405, "POST"],
    ["OPTIONS", "/order", 405, "POST"],
    ["POST", "/health", 405, "GET, HEAD"],
    ["DELETE", "/ready?x=1", 405, "GET, HEAD"],
  ] as const)("%s %s is answered %i", async (method, url, status, allow) => {
    const answer = await server.app.inject({ method, url });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.json()).toEqual({ error: expect.any(String), message: expect.any(String) });
  });

  it("a path that is no URL is a bad request", async () => {
    const answer = await server.app.inject({ method: "GET", url: "/%zz" });
    expect([answer.statusCode, answer.json().error]).toEqual([400, "bad_request"]);
  });

  it("health and readiness answer GET and HEAD", async () => {
    for (const url of ["/health", "/ready"]) {
      for (const method of ["GET", "HEAD"] as const) {
        expect((await server.app.inject({ method, url })).statusCode).toBe(200);
      }
    }
  });
});
