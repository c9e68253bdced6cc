import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGateway, type Gateway } from "../../../src/gateway/wiring/serve-gateway.ts";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { parseLoadRequest } from "../../../src/load/load-request.ts";
import { gatewayTarget } from "../../../src/load/targets/gateway.ts";
import { produceLoad } from "../../../src/load/wiring/produce-load.ts";
import { createSchemaValidator } from "../../schema-validator.ts";
import { answersAsDocumented, type CheckAnswer } from "../answers-as-documented.ts";
import { type RunningApi, runApi } from "../intake/running-api.ts";
import { createTestShop, type TestShop } from "./shop.ts";

let shop: TestShop;
let gateway: Gateway;
let url = "";
let api: RunningApi;
let check: CheckAnswer;
beforeAll(async () => {
  shop = await createTestShop();
  api = await runApi();
  gateway = createGateway({
    ...{
      upstreams: { api: [api.url], shop: [shop.url] },
      host: "127.0.0.1",
      port: 0,
      ratePerSecond: 0,
    },
    ...{ trustedProxies: [], connectTimeoutMs: 5_000, timeoutMs: 15_000 },
    log: pino({ level: "silent" }),
    onListening: (port) => {
      url = `http://127.0.0.1:${port}`;
    },
  });
  await gateway.start();
  const document = await fetch(`${url}/openapi.json`);
  check = await answersAsDocumented((await document.json()) as object);
});
afterAll(async () => {
  await gateway.stop(5_000);
  await api.stop();
  await shop.close();
});

/** Checked by the document that the gateway serves. */
async function ask(method: string, path: string, body?: string) {
  const response = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape, looked at by matchers
  const answer = { status: response.status, body: (await response.json()) as any };
  check({ method, path: path.split("?", 1)[0] ?? "" }, answer);
  return answer;
}

it("tells of all that is behind it in one document", async () => {
  const { body } = await ask("GET", "/openapi.json");
  const paths = ["/order", "/orders", "/orders/batch", "/orders/{orderId}/cancel"];
  expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(paths));
  const { body: schemas } = await ask("GET", "/event-schemas.json");
  expect(Object.keys(schemas)).toContain("ORDER_CREATED");
  expect((await ask("POST", "/order", JSON.stringify({}))).status).toBe(400);
});

it("answers the reference's own requests as the reference does", async () => {
  // As its README has them.
  const { status, body } = await ask(
    "POST",
    "/orders",
    `{
  "customerId": "cust-123",
  "items": [
    { "productId": "p1", "quantity": 2, "price": 10 },
    { "productId": "p2", "quantity": 1, "price": 50 }
  ]
}`,
  );
  expect([status, Object.keys(body)]).toEqual([
    201,
    ["orderId", "status", "totalPrice", "createdAt"],
  ]);
  expect(body).toMatchObject({ status: "CREATED", totalPrice: 70 });
  const list = await ask("GET", "/orders");
  expect(list.status).toBe(200);
  expect(Object.keys(list.body[0])).toEqual([
    ...["orderId", "customerId", "status", "totalPrice", "createdAt"],
  ]);
  expect(list.body[0]).toEqual({ ...body, customerId: "cust-123" });
});

it.each([
  ["10.001", 400],
  ["0.001", 400],
  ["1e-3", 400],
  ["0.1000000001", 400],
  ["999999999999.991", 400],
  ["-0.01", 400],
  ["10.10", 201],
  ["1e-2", 201],
  ["999999999999.99", 201],
])("a price of %s is answered %i: fractions of a cent are refused, never rounded", async (price, expected) => {
  const order = `{"customerId":"c","items":[{"productId":"p","quantity":1,"price":${price}}]}`;
  const { status, body } = await ask("POST", "/orders", order);
  expect(status).toBe(expected);
  if (expected === 201) expect(body.totalPrice).toBe(Number(price));
  else expect(body).toMatchObject({ error: "invalid_field", field: "items[0].price" });
});

it("writes events as their schemas say", async () => {
  const order = await ask(
    "POST",
    "/orders",
    `{"customerId":"ünï","items":[{"productId":"p","quantity":3,"price":0.35}]}`,
  );
  const { orderId } = order.body;
  for (const change of ["pay", "ship"]) await ask("POST", `/orders/${orderId}/${change}`);
  const other = await ask(
    "POST",
    "/orders",
    `{"customerId":"c","items":[{"productId":"p","quantity":1,"price":0}]}`,
  );
  await ask("POST", `/orders/${other.body.orderId}/cancel`);
  const { rows } = await shop.db.database.query<Record<"event_type" | "payload", string>>({
    text: "SELECT event_type, payload FROM shop.event_outbox",
  });
  const { body: schemas } = await ask("GET", "/event-schemas.json");
  const ajv = await createSchemaValidator();
  for (const { event_type, payload } of rows) {
    const validate = ajv.compile(schemas[event_type]);
    expect([validate(JSON.parse(payload)), validate.errors], payload).toEqual([true, null]);
  }
  expect(new Set(rows.map(({ event_type }) => event_type)).size).toBe(4);
});

it("orders produce --target gateway: each order under its id, with its change", async () => {
  const request = parseLoadRequest({
    ...{ rate: "100", duration: "2s", timeout: "20s", linesPerOrder: 2 },
    ...{ payShare: "30%", cancelShare: "20%" },
  });
  const history: HistoryEntry[] = [];
  const { result } = await produceLoad(
    request,
    { target: gatewayTarget, maxInFlight: 1_000, connectionsMax: 20 },
    { ...shop.settings, gatewayUrl: url },
    { onSettled: (entry) => history.push(entry) },
  );
  expect(result.counts).toMatchObject({ offered: 200, acked: 200 });
  expect(result.otherId).toBe(0);
  const { rows } = await shop.db.database.query<Record<"order_id" | "status" | "cents", string>>(
    {
      text: `SELECT order_id, status, total_price * 100 AS cents FROM shop.orders
              WHERE order_id = ANY ($1::uuid[])`,
    },
    [history.map(({ orderId }) => orderId)],
  );
  const stored = rows.map(({ order_id, status, cents }) => [order_id, status, Number(cents)]);
  const statusOf = { pay: "PAID", cancel: "CANCELLED" };
  const expected = history.map(({ orderId, lines, change }) => [
    orderId,
    change === undefined ? "CREATED" : statusOf[change.name],
    lines.reduce((cents, { amount }) => cents + Math.round(amount * 100), 0),
  ]);
  expect(stored.sort()).toEqual(expected.sort());
  expect(result.changes.map(({ kind }) => kind).sort()).toEqual(["cancel 200", "pay 200"]);
});
