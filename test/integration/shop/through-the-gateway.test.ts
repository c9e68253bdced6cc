import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGateway, type Gateway } from "../../../src/gateway/wiring/serve-gateway.ts";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { parseLoadRequest } from "../../../src/load/load-request.ts";
import { gatewayTarget } from "../../../src/load/targets/gateway.ts";
import { produceLoad } from "../../../src/load/wiring/produce-load.ts";
import { createTestShop, type TestShop } from "./shop.ts";

let shop: TestShop;
let gateway: Gateway;
let url = "";
beforeAll(async () => {
  shop = await createTestShop();
  gateway = createGateway({
    ...{ upstreams: { shop: [shop.url] }, host: "127.0.0.1", port: 0, ratePerSecond: 0 },
    ...{ trustedProxies: [], connectTimeoutMs: 5_000, timeoutMs: 15_000 },
    log: pino({ level: "silent" }),
    onListening: (port) => {
      url = `http://127.0.0.1:${port}`;
    },
  });
  await gateway.start();
});
afterAll(async () => {
  await gateway.stop(5_000);
  await shop.close();
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
  const { rows } = await shop.db.database.query<Record<"order_id" | "status" | "cents", string>>({
    text: `SELECT order_id, status, total_price * 100 AS cents FROM shop.orders`,
  });
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
