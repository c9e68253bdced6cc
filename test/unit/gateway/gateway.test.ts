import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import pino from "pino";
import { Agent } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import {
  createGateway,
  type Gateway,
  type GatewayOptions,
} from "../../../src/gateway/wiring/serve-gateway.ts";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A real server; it keeps what came, and answers what `answer` says, else its name. */
async function upstream(
  name: string,
  answer: (seen: Seen, response: ServerResponse, request: IncomingMessage) => boolean = () => false,
) {
  const seen: Seen[] = [];
  let asked = 0;
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      if (url === "/ready") {
        asked += 1;
        response.statusCode = self.ready ? 200 : 503;
        response.end("{}");
        return;
      }
      const one = { method, url, headers, body: Buffer.concat(parts).toString() };
      seen.push(one);
      if (answer(one, response, request)) return;
      response.setHeader("x-from", name);
      response.setHeader("keep-alive", "timeout=77");
      response.statusCode = 201;
      response.end(JSON.stringify({ from: name }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  ends.push(close);
  const { port } = server.address() as AddressInfo;
  const self = {
    ...{ seen, url: `http://127.0.0.1:${port}`, close, ready: true },
    /** How often whether it is ready. */
    asked: () => asked,
  };
  return self;
}

type Upstream = Awaited<ReturnType<typeof upstream>>;

async function start(
  upstreams: GatewayOptions["upstreams"],
  more: Partial<GatewayOptions> = {},
): Promise<{ url: string; port: number; gateway: Gateway }> {
  let port = 0;
  const gateway = createGateway({
    ...{ upstreams, host: "127.0.0.1", port: 0, ratePerSecond: 0, trustedProxies: [] },
    ...{ connectTimeoutMs: 1_000, timeoutMs: 2_000, log: pino({ level: "silent" }) },
    onListening(listening) {
      port = listening;
    },
    ...more,
  });
  await gateway.start();
  ends.push(() => gateway.stop(5_000));
  return { url: `http://127.0.0.1:${port}`, port, gateway };
}

const post = (url: string, headers: Record<string, string> = {}, body = '{"a":1}') =>
  fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

/** What comes back for these very bytes, until the connection ends. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setTimeout(3_000, () => socket.destroy());
    socket.on("data", (data) => {
      text += data.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

async function whenReady(url: string): Promise<void> {
  await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 5_000 }).toBe(200);
}

describe("the gateway", () => {
  it("sends each path where it belongs, bodies and queries as they came", async () => {
    const [api, shop] = [await upstream("api"), await upstream("shop")];
    const { url } = await start({ api: [api.url], shop: [shop.url] });
    for (const path of ["/order", "/orders/batch?x=1"]) await post(`${url}${path}`);
    for (const path of ["/orders", "/orders/7/cancel"]) await post(`${url}${path}`);
    const answer = await fetch(`${url}/orders?status=PAID&limit=2`);
    expect(api.seen.map((seen) => `${seen.method} ${seen.url} ${seen.body}`)).toEqual([
      'POST /order {"a":1}',
      'POST /orders/batch?x=1 {"a":1}',
    ]);
    expect(shop.seen.map((seen) => `${seen.method} ${seen.url} ${seen.body}`)).toEqual([
      'POST /orders {"a":1}',
      'POST /orders/7/cancel {"a":1}',
      "GET /orders?status=PAID&limit=2 ",
    ]);
    expect([answer.status, await answer.json()]).toEqual([201, { from: "shop" }]);
    expect((await fetch(`${url}/orders/../order`)).status).toBe(201);
    expect((await fetch(`${url}/orders/%2e%2e%2forder`)).status).toBe(400);
    expect((await fetch(`${url}/else`)).status).toBe(404);
  });

  it("passes a trace on, and begins one where none came or it cannot be read", async () => {
    const api = await upstream("api");
    const { url } = await start({ api: [api.url] });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await post(`${url}/order`, { traceparent, tracestate: "a=1" });
    await post(`${url}/order`, { traceparent: "00-0-0-00", tracestate: "a=1" });
    await post(`${url}/order`);
    const [kept, replaced, begun] = api.seen.map(({ headers }) => headers);
    expect(kept).toMatchObject({ traceparent, tracestate: "a=1" });
    expect(replaced?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(replaced?.tracestate).toBeUndefined();
    expect(begun?.traceparent).not.toBe(replaced?.traceparent);
  });

  it("keeps a hop's headers to the hop, and believes no claim of where a request comes from", async () => {
    const api = await upstream("api");
    const { port } = await start({ api: [api.url] });
    const answer = await raw(
      port,
      "POST /order HTTP/1.1\r\nHost: shop.test\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nTE: gzip\r\nUpgrade: h2c\r\nProxy-Authorization: x\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Kept: yes\r\nContent-Length: 2\r\n\r\n{}",
    );
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
    expect(answer).not.toContain("timeout=77");
    const { headers } = api.seen[0] as Seen;
    expect(headers).toMatchObject({
      "x-kept": "yes",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "shop.test",
      "content-length": "2",
    });
    for (const name of ["x-hop", "te", "upgrade", "proxy-authorization", "forwarded"])
      expect(headers[name], name).toBeUndefined();
  });

  it("believes a proxy that it was told of", async () => {
    const api = await upstream("api");
    const { url } = await start({ api: [api.url] }, { trustedProxies: ["127.0.0.1"] });
    await post(`${url}/order`, { "x-forwarded-for": "6.6.6.6, 10.1.1.1" });
    expect(api.seen[0]?.headers["x-forwarded-for"]).toBe("10.1.1.1, 127.0.0.1");
  });

  it("refuses what two servers could read in two ways, before any upstream sees it", async () => {
    const api = await upstream("api");
    const { port } = await start({ api: [api.url] });
    const head = "POST /order HTTP/1.1\r\nHost: a\r\n";
    const smuggled = "GET /orders HTTP/1.1\r\nHost: a\r\n\r\n";
    for (const ambiguous of [
      `${head}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}${smuggled}`,
      `${head}Content-Length: 2, 40\r\n\r\n{}${smuggled}`,
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${head}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
      `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${head}Content-Length: +2\r\n\r\n{}`,
      `${head}X: a\nContent-Length: 2\r\n\r\n{}`,
    ]) {
      expect(await raw(port, ambiguous), ambiguous).toMatch(/^HTTP\/1.1 400 /);
    }
    expect(api.seen).toEqual([]);
  });

  it("sends once more only what cannot be done twice", async () => {
    const shop = await upstream("shop", (_seen, _response, request) => {
      request.socket.destroy();
      return true;
    });
    const { url } = await start({ shop: [shop.url] });
    const tries = async (ask: Promise<Response>) => {
      const before = shop.seen.length;
      const { status } = await ask;
      return [status, shop.seen.length - before];
    };
    expect(await tries(post(`${url}/orders`))).toEqual([502, 1]);
    expect(await tries(post(`${url}/orders`, { "idempotency-key": "k" }))).toEqual([502, 3]);
    // The shop heeds a key where an order is made, and there alone.
    expect(await tries(post(`${url}/orders/7/pay`, { "idempotency-key": "k" }))).toEqual([502, 1]);
    expect(await tries(fetch(`${url}/orders`))).toEqual([502, 3]);
  });

  it("never says that nothing was done of what was sent before, and broke", async () => {
    const key = { "idempotency-key": "k" };
    let tries = 0;
    // The first try may have been done; the shop refuses the next.
    const busy = await upstream("busy", (_seen, response, request) => {
      tries += 1;
      if (tries === 1) request.socket.destroy();
      else response.writeHead(503, { "retry-after": "1" }).end('{"error":"too_busy"}');
      return true;
    });
    const { url } = await start({ shop: [busy.url] });
    const refused = await post(`${url}/orders`, key);
    expect([refused.status, await refused.json()]).toMatchObject([
      502,
      { error: "upstream_failed" },
    ]);
    expect([tries, refused.headers.get("retry-after")]).toEqual([2, null]);
    expect((await post(`${url}/orders`, key)).status).toBe(503);
    tries = 0;
    expect((await fetch(`${url}/orders`)).status).toBe(503);

    // It dies with the request in hand, and cannot be reached at the next try.
    const dying = await upstream("dying", (_seen, _response, request) => {
      void dying.close();
      request.socket.destroy();
      return true;
    });
    const { url: to } = await start({ shop: [dying.url] });
    expect((await post(`${to}/orders`, key)).status).toBe(502);
    expect((await post(`${to}/orders`, key)).status).toBe(503);
  });

  it("asks the instances of an upstream in turn, and passes over one that is away or not ready", async () => {
    const shops = [await upstream("shop-1"), await upstream("shop-2"), await upstream("shop-3")];
    const [first, second, third] = shops as [Upstream, Upstream, Upstream];
    const { url } = await start({ shop: shops.map((shop) => shop.url) });
    await expect.poll(() => shops.every(({ asked }) => asked() > 0)).toBe(true);
    await whenReady(url);
    const seen = () => shops.map((shop) => shop.seen.length);
    for (let i = 0; i < 6; i += 1) expect((await post(`${url}/orders`)).status).toBe(201);
    expect(seen()).toEqual([2, 2, 2]);
    await first.close();
    // Without a key, too: nobody has seen what could not be sent.
    for (let i = 0; i < 6; i += 1) expect((await post(`${url}/orders`)).status).toBe(201);
    expect(seen()).toEqual([2, 5, 5]);
    third.ready = false;
    const asked = third.asked();
    await expect.poll(() => third.asked() > asked + 1, { timeout: 5_000 }).toBe(true);
    for (let i = 0; i < 6; i += 1) expect((await post(`${url}/orders`)).status).toBe(201);
    expect(seen()).toEqual([2, 11, 5]);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    await second.close();
    // The one that says it is not ready is asked before nobody is.
    expect((await post(`${url}/orders`)).status).toBe(201);
    expect(seen()).toEqual([2, 11, 6]);
    await expect
      .poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 5_000 })
      .toBe(503);
  });

  it("says when an upstream is away or too slow, and recovers", async () => {
    const api = await upstream("api", ({ url }) => url.endsWith("?slow"));
    const { url } = await start({ api: [api.url] }, { timeoutMs: 300 });
    await whenReady(url);
    expect(await (await post(`${url}/order?slow`)).json()).toMatchObject({
      error: "upstream_timeout",
    });
    await api.close();
    const away = await post(`${url}/order`);
    expect([away.status, await away.json()]).toMatchObject([
      503,
      { error: "upstream_unavailable" },
    ]);
    await expect
      .poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 5_000 })
      .toBe(503);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await post(`${url}/orders`)).status).toBe(503);
  });

  it("limits each of 10,000 clients by itself, and remembers no more than it may", async () => {
    const api = await upstream("api");
    const { gateway, port } = await start(
      { api: [api.url] },
      { ratePerSecond: 1, trustedProxies: ["127.0.0.1"] },
    );
    const agent = new Agent({ connections: 20, pipelining: 1 });
    ends.push(() => agent.close());
    const ask = async (n: number) => {
      const { statusCode, body } = await agent.request({
        ...{ origin: `http://127.0.0.1:${port}`, path: "/order", method: "POST" },
        headers: { "x-forwarded-for": `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` },
      });
      await body.dump();
      return statusCode;
    };
    const answers = new Map<number, number>();
    let next = 0;
    const clients = Array.from({ length: 20 }, async () => {
      while (next < 10_000) {
        const status = await ask(next++);
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    });
    await Promise.all(clients);
    expect([...answers]).toEqual([[201, 10_000]]);
    // Whoever asks twice at once is refused, in the midst of all the others.
    const twice = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(20_000 + (i >> 1))));
    expect(twice.filter((status) => status === 429)).toHaveLength(10);
    expect(gateway.counts.limited).toBe(10);
  });

  it("bounds a body, and a client, and counts both", async () => {
    const api = await upstream("api");
    const { url, gateway } = await start({ api: [api.url] }, { ratePerSecond: 3 });
    expect((await post(`${url}/order`, {}, "x".repeat(1024 * 1024 + 1))).status).toBe(413);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => post(`${url}/order`)));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(2);
    expect(limited[0]?.headers.get("retry-after")).toBe("1");
    expect(await limited[0]?.json()).toMatchObject({ error: "rate_limited" });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(`gateway_rate_limited_total ${limited.length}`);
    expect(metrics).toContain(
      'gateway_requests_total{route="/order",method="POST",status="413"} 1',
    );
    expect(gateway.counts.limited).toBe(limited.length);
  });
});
