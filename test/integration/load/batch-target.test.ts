import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { parseLoadRequest } from "../../../src/load/load-request.ts";
import { httpBatchTarget } from "../../../src/load/targets/http.ts";
import { type ProduceOptions, produceLoad } from "../../../src/load/wiring/produce-load.ts";
import { batchElementKey, orderIdForKey } from "../../../src/order/order-id.ts";
import { resolveSettings } from "../../../src/runtime/settings/resolve-settings.ts";

let server: Server | undefined;
afterEach(async () => {
  const closed = new Promise((resolve) => server?.close(resolve));
  server?.closeAllConnections();
  await closed;
});

interface Batch {
  readonly key: string;
  readonly ids: readonly string[];
}

/** Reads batches as our API does, and answers the nth as the test says. */
async function startBatches(answer: (n: number, batch: Batch, response: ServerResponse) => void) {
  const batches: Batch[] = [];
  const api = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.url === "/health") return response.end("{}");
      const key = String(request.headers["idempotency-key"]);
      const orders = JSON.parse(body) as { customer_id: string }[];
      const ids = orders.map(({ customer_id }, i) =>
        orderIdForKey(customer_id, batchElementKey(key, i)),
      );
      batches.push({ key, ids });
      return answer(batches.length - 1, { key, ids }, response);
    });
  });
  server = api;
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(api.address() as AddressInfo).port}`, batches };
}

const accept = ({ ids }: Batch, response: ServerResponse) =>
  response.writeHead(202).end(JSON.stringify({ count: ids.length, order_ids: ids }));

async function load(url: string, perRequest: number, options: Partial<ProduceOptions> = {}) {
  const history: HistoryEntry[] = [];
  const { result } = await produceLoad(
    parseLoadRequest({ rate: "1000", duration: "200ms", timeout: "2s", perRequest }),
    {
      ...{ target: httpBatchTarget(perRequest), maxInFlight: 1_000, connectionsMax: 20 },
      ...options,
    },
    resolveSettings({ flags: { apiUrl: url } }).values,
    { onSettled: (entry) => history.push(entry) },
  );
  return { result, history };
}

it("gives each order of a request its own outcome, under the id that was known beforehand", async () => {
  const { url, batches } = await startBatches((n, batch, response) => {
    const [first = "", second = "", ...rest] = batch.ids;
    if (n % 4 === 0) accept(batch, response);
    else if (n % 4 === 1)
      response
        .writeHead(504)
        .end(JSON.stringify({ acked: [first], unsent: [second], unknown: rest, refused: [] }));
    else if (n % 4 === 2) response.writeHead(400).end('{"error":"invalid_field","index":3}');
    else response.destroy();
  });
  const { result, history } = await load(url, 10);
  expect(batches).toHaveLength(20);
  expect(result.counts).toMatchObject({
    ...{ offered: 200, sent: 200, acked: 55, failed: 55, unknown: 90, dropped: 0 },
  });
  expect(result.otherId).toBe(0);
  const states = new Map(history.map(({ orderId, state }) => [orderId, state]));
  expect([...states.keys()].sort()).toEqual(batches.flatMap(({ ids }) => ids).sort());
  for (const [n, { ids }] of batches.entries()) {
    const unlike = ["acked", "failed"];
    const expected = ids.map((_, i) =>
      n % 4 === 1 ? (unlike[i] ?? "unknown") : ["acked", "", "failed", "unknown"][n % 4],
    );
    expect(ids.map((id) => states.get(id))).toEqual(expected);
  }
});

it("drops a request whole when a limit keeps one of its orders back", async () => {
  const { url, batches } = await startBatches((_n, batch, response) => {
    setTimeout(() => accept(batch, response), 300);
  });
  const { result } = await load(url, 40, { maxInFlight: 100 });
  expect(batches.every(({ ids }) => ids.length === 40)).toBe(true);
  const { acked, dropped, offered } = result.counts;
  expect(acked).toBe(batches.length * 40);
  expect(dropped).toBe(offered - acked);
  expect(result.answers.map(({ kind }) => kind)).toContain("another of its request was dropped");
});

it("gives up a request whole when its time is up", async () => {
  const { url } = await startBatches(() => {});
  const { result } = await load(url, 100);
  expect(result.answers).toEqual([{ state: "unknown", kind: "timeout", count: 200 }]);
});
