import { expect, it } from "vitest";
import type { Order } from "../../../src/order/order.ts";
import { createPipeline, manyOrders, outcomesById } from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { CuttingProxy, type Frame } from "./cutting-proxy.ts";
import { reconcileById } from "./reconcile.ts";

/** What makes a decision durable: COMMIT, or the one statement that is a transaction by itself. */
function decides({ type, body }: Frame): boolean {
  if (type === "Q") return body.toString("utf8").startsWith("COMMIT");
  // Bind: the portal's name, then the prepared statement's.
  if (type === "B") return /^[^\0]*\0reserve_/.test(body.toString("latin1", 0, 100));
  return false;
}

it.each([
  ["is recognised where it went through", true],
  ["is repeated where it never arrived", false],
])("a COMMIT without an answer %s: not lost, not decided twice", async (_, delivered) => {
  const pipeline = await createPipeline(2);
  const proxy = await CuttingProxy.start(pipeline.settings.databaseUrl ?? "");
  const stop = new AbortController();
  const said: string[] = [];
  try {
    const placed: Order[] = [];
    const place = async (count: number) => {
      const orders = manyOrders(count);
      await pipeline.place(orders);
      placed.push(...orders);
    };
    const allDecided = () =>
      eventually(
        async () => (await outcomesById(pipeline.database)).size === placed.length,
        "all are decided",
      );
    const running = pipeline.consume({
      untilCaughtUp: false,
      signal: stop.signal,
      settings: { databaseUrl: proxy.url, batch: 20, workers: 2 },
      log: (line) => said.push(line),
    });
    await place(100);
    await allDecided();
    for (let round = 0; round < 5; round++) {
      const cut = proxy.cutAt(decides, { delivered });
      await place(200);
      await cut;
      await allDecided();
    }
    stop.abort();
    const { duplicates, reserved, deadLettered } = await running;
    expect(said.filter((line) => line.startsWith("waiting: "))).toHaveLength(5);
    expect(said.filter((line) => line.includes("the database is at"))).toEqual([]);
    expect({ duplicates, deadLettered }).toEqual({ duplicates: 0, deadLettered: 0 });
    if (!delivered) expect(reserved).toBe(placed.length);
    expect(await reconcileById(pipeline, placed)).toMatchObject({ reserved: placed.length });
  } finally {
    stop.abort();
    await proxy.close();
    await pipeline.close();
  }
});
