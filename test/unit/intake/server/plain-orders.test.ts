import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Publisher } from "../../../../src/intake/publisher.ts";
import { buildServer, type IntakeServer } from "../../../../src/intake/server/build-server.ts";
import { orderIdForKey } from "../../../../src/order/order-id.ts";
import { ScriptedSender } from "../scripted-sender.ts";

/**
 * An order as clients send it goes past the framework (src/http/whole-requests.ts). Sent in two pieces
 * it does not: so each is sent in both ways, and what is answered must be the same, but for ids and time.
 */
const limits = {
  queueMessages: 10_000,
  queueBytes: 100_000_000,
  batchMessages: 10_000,
  partitionBytes: 100_000,
  timeoutMs: 5_000,
};
const order = { customer_id: "CUST001", product_id: "PROD001", quantity: 5, amount: 6499.95 };
const good = JSON.stringify(order);

let publisher: Publisher;
let server: IntakeServer;
let port: number;
const values: unknown[] = [];
const bugs: Error[] = [];

beforeAll(async () => {
  const sender = new ScriptedSender();
  const { send } = sender;
  sender.send = (messages) => {
    const sent = send.call(sender, messages);
    for (const { value } of messages) values.push(JSON.parse(value.toString()));
    sender.sends.at(-1)?.acknowledge();
    return sent;
  };
  publisher = new Publisher(sender, limits, () => {});
  publisher.start();
  server = await buildServer(publisher, limits.timeoutMs, { bug: (error) => bugs.push(error) });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  port = (server.app.server.address() as AddressInfo).port;
});
beforeEach(() => {
  values.length = 0;
});
afterAll(async () => {
  await publisher.close();
  await server.app.close();
  expect(bugs).toEqual([]);
});

function head(body: string, more: readonly string[] = []): string {
  const lines = [
    "POST /order HTTP/1.1",
    "Host: test",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const type = more.some((line) => /^content-type/i.test(line))
    ? []
    : ["Content-Type: application/json"];
  return [...lines, ...type, ...more, "", ""].join("\r\n");
}

/** Sends the pieces, each when the one before it has been read, and ends with what came in all. */
async function exchange(pieces: readonly string[], answers = 1): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setNoDelay(true).setEncoding("utf8");
  socket.on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "connect");
  for (const piece of pieces) {
    socket.write(piece);
    // The server works through what has come before it answers another connection.
    if (pieces.length > 1) await fetch(`http://127.0.0.1:${port}/health`).then((r) => r.text());
  }
  while (text.split("HTTP/1.1 ").length - 1 < answers || !text.endsWith("}"))
    await once(socket, "data");
  socket.destroy();
  return text;
}

/** Without what differs from answer to answer. */
function alike(text: string): string {
  return text
    .replace(/"order_id":"[0-9a-f-]{36}"/g, '"order_id":"…"')
    .replace(/Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, "Date: …");
}

async function bothWays(body: string, more: readonly string[] = []): Promise<string> {
  const first = head(body, more);
  const whole = alike(await exchange([first + body]));
  const cut = alike(await exchange([first, body]));
  expect(whole).toBe(cut);
  return whole;
}

describe("an order that comes whole", () => {
  it.each([
    ["as it is", good, []],
    ["with other fields", JSON.stringify({ ...order, note: { a: [1, 2] } }), []],
    ["with a text beyond ASCII", JSON.stringify({ ...order, customer_id: "Zoë 🙂" }), []],
    ["with an escape", good.replace("CUST001", "CUST\\u0030"), []],
    ["with a byte order mark", `\ufeff${good}`, []],
    ["of zero", JSON.stringify({ ...order, amount: 0 }), []],
    [
      "with items",
      JSON.stringify({ customer_id: "C", items: [{ product_id: "P", quantity: 1, price: 1 }] }),
      [],
    ],
    ["with a charset", good, ["Content-Type: application/json; charset=utf-8"]],
    ["under a key", good, ["Idempotency-Key: k-1"]],
    ["on a connection that ends", good, ["Connection: close"]],
  ] as const)("is accepted as one that does not: %s", async (_, body, more) => {
    const answer = await bothWays(body, more);
    expect(answer).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
    expect(answer).toMatch(/\r\n\r\n\{"order_id":"…","status":"accepted"\}$/);
    expect(values).toHaveLength(2);
    const [one, other] = values as Record<string, unknown>[];
    const rest = { order_id: expect.any(String), timestamp: expect.any(String) };
    expect(one).toEqual({ ...other, ...rest });
  });

  it.each([
    ["no object", "5", []],
    ["null", "null", []],
    ["a bad quantity", JSON.stringify({ ...order, quantity: 0 }), []],
    ["a quantity as text", JSON.stringify({ ...order, quantity: "5" }), []],
    ["three decimals", JSON.stringify({ ...order, amount: 1.005 }), []],
    ["an amount beyond the largest", JSON.stringify({ ...order, amount: 1e15 }), []],
    ["an empty text", JSON.stringify({ ...order, customer_id: "" }), []],
    ["a NUL", JSON.stringify({ ...order, customer_id: "a\u0000" }), []],
    ["a field missing", JSON.stringify({ customer_id: "C" }), []],
    ["items beside a product", JSON.stringify({ ...order, items: [] }), []],
    ["__proto__", good.replace("}", ',"__proto__":{}}'), []],
    ["__proto__ in disguise", good.replace("}", ',"__proto\\u005f_":{}}'), []],
    ["constructor", good.replace("}", ',"constructor":{"prototype":1}}'), []],
    ["a number of too many characters", good.replace("5,", `5.${"0".repeat(150)},`), []],
    ["nested too deep", good.replace("}", `,"a":${"[".repeat(20)}${"]".repeat(20)}}`), []],
    ["no JSON", "{", []],
    ["a bad key", good, ["Idempotency-Key: a b"]],
    ["two keys", good, ["Idempotency-Key: a", "Idempotency-Key: b"]],
    ["compressed", good, ["Content-Encoding: gzip"]],
    ["another type", good, ["Content-Type: text/plain"]],
    ["another charset", good, ["Content-Type: application/json; charset=utf-16"]],
  ] as const)("is refused as one that does not: %s", async (_, body, more) => {
    const { invalid } = server.counts;
    expect(await bothWays(body, more)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(values).toEqual([]);
    expect(server.counts.invalid - invalid).toBe(2);
  });

  it("goes past the framework, and what is cut does not", async () => {
    let seen = 0;
    const count = () => {
      seen += 1;
    };
    subscribe("tracing:fastify.request.handler:start", count);
    await exchange([head(good) + good]);
    expect(seen).toBe(0);
    await exchange([head(good), good]);
    unsubscribe("tracing:fastify.request.handler:start", count);
    // The order, and the requests that part its pieces.
    expect(seen).toBe(3);
  });

  it("has the id that its key gives", async () => {
    const answer = await exchange([head(good, ["Idempotency-Key: k-2"]) + good]);
    expect(answer).toContain(orderIdForKey("CUST001", "k-2"));
  });

  it("is answered in turn where many come at once, among others", async () => {
    const bad = JSON.stringify({ ...order, quantity: 0 });
    const bodies = [good, bad, good, bad, good];
    const text = await exchange([bodies.map((body) => head(body) + body).join("")], bodies.length);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(["202", "400", "202", "400", "202"]);
  });

  it("is one request in the counts", async () => {
    const { requests } = server.counts;
    await exchange([head(good) + good]);
    expect(server.counts.requests - requests).toBe(1);
  });

  it("does not hold what is cut off in its body", async () => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(head(good) + good.slice(0, 10));
    await fetch(`http://127.0.0.1:${port}/health`).then((r) => r.text());
    socket.destroy();
    expect((await exchange([head(good) + good])).startsWith("HTTP/1.1 202")).toBe(true);
    expect(values).toHaveLength(1);
  });
});
