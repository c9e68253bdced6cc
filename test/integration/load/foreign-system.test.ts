import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { type LoadRequestText, parseLoadRequest } from "../../../src/load/load-request.ts";
import { chooseTarget, type TargetText } from "../../../src/load/targets/choose-target.ts";
import { produceLoad } from "../../../src/load/wiring/produce-load.ts";
import { resolveSettings } from "../../../src/runtime/settings/resolve-settings.ts";

let server: Server | undefined;
afterEach(async () => {
  const closed = new Promise((resolve) => server?.close(resolve));
  server?.closeAllConnections();
  await closed;
});

interface Taken {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A shop that was not built with this project: ids of its own, a form of its own, 200 for what it only noted. */
async function startShop(pauseMs: (taken: number) => number = () => 0) {
  const taken: Taken[] = [];
  const shop = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.url === "/health") return response.writeHead(404).end();
      const id = 9_000 + taken.length;
      const { method = "", url: path = "", headers } = request;
      taken.push({ id, method, path, headers, body });
      const wait = pauseMs(taken.length);
      const answer = () => response.writeHead(201).end(JSON.stringify({ data: { order: { id } } }));
      return wait === 0 ? answer() : setTimeout(answer, wait);
    });
  });
  server = shop;
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(shop.address() as AddressInfo).port}`, taken };
}

async function load(text: Omit<TargetText, "target">, asked: Partial<LoadRequestText> = {}) {
  const request = parseLoadRequest({ rate: "250", duration: "200ms", timeout: "20s", ...asked });
  const history: HistoryEntry[] = [];
  const environment = { TOKEN: "s3cret" };
  const { result, delivered } = await produceLoad(
    request,
    {
      target: await chooseTarget({ target: "http", ...text }, request.workload, environment),
      ...{ maxInFlight: 5_000, connectionsMax: 100 },
    },
    resolveSettings({ flags: {} }).values,
    { onSettled: (entry) => history.push(entry) },
  );
  return { result, delivered, history };
}

describe("a load on a system that this project did not start", () => {
  it("speaks its form, and follows each order under the id that it was given", async () => {
    const { url, taken } = await startShop();
    const { result, history } = await load(
      {
        url: `${url}/v1/customers/{{customer_id}}/orders?ref={{fingerprint}}`,
        ...{ method: "PUT", accept: "201", "id-field": "data.order.id" },
        header: ["Authorization: Bearer {{env.TOKEN}}", "X-Ref: {{key}}"],
        body: '{"who":"{{customer_id}}","lines":[{{#items}}{"sku":{{product_id|number}},"qty":{{quantity}},"each":{{price}}}{{/items}}],"sum":{{amount}}}',
      },
      { linesPerOrder: 2 },
    );
    expect(result.counts).toMatchObject({ offered: 50, acked: 50 });
    expect(result.otherId).toBe(0);
    expect(JSON.stringify(result)).not.toContain("s3cret");
    expect(history.map(({ orderId }) => orderId).sort()).toEqual(
      taken.map(({ id }) => String(id)).sort(),
    );
    for (const entry of history) {
      const order = taken.find(({ id }) => String(id) === entry.orderId);
      expect(order).toMatchObject({
        method: "PUT",
        path: `/v1/customers/${entry.customerId}/orders?ref=${entry.key}`,
        headers: { authorization: "Bearer s3cret", "x-ref": entry.key },
      });
      const { who, lines, sum } = JSON.parse(order?.body ?? "") as {
        who: string;
        lines: { sku: number; qty: number; each: number }[];
        sum: number;
      };
      expect(who).toBe(entry.customerId);
      expect(lines.map(({ sku, qty }) => [sku, qty])).toEqual(
        entry.lines.map(({ productId, quantity }) => [Number(productId.slice(4)), quantity]),
      );
      const cents = lines.reduce((all, { qty, each }) => all + qty * Math.round(each * 100), 0);
      expect(Math.round(sum * 100)).toBe(cents);
    }
  });

  it("takes for accepted only what was said to be, and shows what the others said", async () => {
    const { url } = await startShop();
    const body = '{"ref":{{fingerprint}}}';
    const { result } = await load({ url: `${url}/orders`, body, accept: "202" });
    expect(result.counts).toMatchObject({ offered: 50, unknown: 50 });
    expect(result.answers).toMatchObject([
      { state: "unknown", kind: "201", count: 50, sample: expect.stringContaining("9") as string },
    ]);
  });

  it("sends what our API takes where no body is given, with its key", async () => {
    const { url, taken } = await startShop();
    const { history } = await load({ url: `${url}/order` });
    expect(taken.map(({ headers }) => headers["idempotency-key"]).sort()).toEqual(
      history.map(({ key }) => key).sort(),
    );
    expect(JSON.parse(taken[0]?.body ?? "")).toHaveProperty("product_id");
  });

  it("writes forms", async () => {
    const { url, taken } = await startShop();
    await load({
      url,
      header: ["Content-Type: application/x-www-form-urlencoded"],
      body: "customer={{customer_id}}&n={{quantity}}&lines={{items}}&ref={{key}}",
    });
    const form = new URLSearchParams(taken[0]?.body);
    expect(form.get("customer")).toMatch(/^CUST\d{5}$/);
    expect(JSON.parse(form.get("lines") ?? "")).toMatchObject([
      { quantity: Number(form.get("n")) },
    ]);
  });

  /** Coordinated omission would show the stall in the few orders alone that had left before it. */
  it("shows a stall in the response times of all that were due in it", async () => {
    const stallMs = 2_000;
    let stallEndsMs = 0;
    const { url } = await startShop((count) => {
      if (count === 50) stallEndsMs = Date.now() + stallMs;
      return count < 50 ? 0 : Math.max(0, stallEndsMs - Date.now());
    });
    const { history } = await load({ url: `${url}/order` }, { duration: "3s", rate: "100" });
    const stalled = history.filter(({ intendedAtMs }) => intendedAtMs < stallEndsMs).slice(50);
    // One every 10 ms from the stall's beginning on; the machine may have held some of it back.
    expect(stalled.length).toBeGreaterThan(150);
    for (const { answeredAtMs } of stalled)
      expect(answeredAtMs).toBeGreaterThanOrEqual(stallEndsMs - 5);
    const longest = Math.max(
      ...stalled.map((each) => (each.answeredAtMs ?? Number.NaN) - each.intendedAtMs),
    );
    expect(longest).toBeGreaterThan(stallMs - 200);
  });
});
