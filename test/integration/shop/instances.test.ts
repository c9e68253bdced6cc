import { expect, it } from "vitest";
import { ApiProcess } from "../intake/api-process.ts";
import { eventually } from "../services.ts";
import { createTestShop, oneItem } from "./shop.ts";

/** One order after the other on a connection each, until the gateway is gone. */
function placeOrders(url: string, clients: number) {
  const created: string[] = [];
  const others: string[] = [];
  let stopped = false;
  const body = JSON.stringify({ customerId: "c", items: oneItem(1) });
  const headers = { "content-type": "application/json" };
  const running = Array.from({ length: clients }, async () => {
    while (!stopped) {
      try {
        const answer = await fetch(`${url}/orders`, { method: "POST", headers, body });
        const { orderId } = (await answer.json()) as { orderId: string };
        if (answer.status === 201) created.push(orderId);
        else others.push(String(answer.status));
      } catch (error) {
        others.push(((error as Error).cause as { code?: string })?.code ?? String(error));
        return;
      }
    }
  });
  const stop = async () => {
    stopped = true;
    await Promise.all(running);
  };
  return { created, others, stop };
}

it("a gateway and a shop of two processes each: what was answered 201 is there, all is answered at the end", async () => {
  const test = await createTestShop();
  const environment = { DATABASE_URL: test.settings.databaseUrl ?? "" };
  const instances = ["--port", "0", "--instances", "2"];
  await using shop = new ApiProcess(instances, environment, "shop");
  const upstreams = ["--shop-url", `${await shop.ready()},${test.url}`];
  await using gateway = new ApiProcess([...instances, "--json", ...upstreams], {}, "gateway");
  const load = placeOrders(await gateway.ready(), 20);
  await eventually(() => load.created.length > 200, "orders are created").catch((error) => {
    throw new Error(`${error.message}: ${load.created.length} are, and ${load.others.join(" ")}`);
  });
  gateway.signal("SIGTERM");
  const ended = await gateway.ended;
  await load.stop();
  shop.signal("SIGTERM");
  const shopEnded = await shop.ended;
  expect([ended.exitCode, shopEnded.exitCode]).toEqual([0, 0]);
  expect(JSON.parse(ended.stdout)).toMatchObject({ instances: 2, restarts: 0, failed_requests: 0 });
  // Beside it there is the test's own: each answered its half, and whether it is ready.
  const answered = Number(/stopped after (\d+) requests/.exec(shopEnded.stdout)?.[1]);
  expect(answered).toBeGreaterThan(load.created.length * 0.4);
  expect(load.others.filter((other) => !/^(ECONN\w+|UND_ERR_SOCKET)$/.test(other))).toEqual([]);
  const { rows } = await test.db.database.query<{ n: number }>(
    { text: "SELECT count(*) AS n FROM shop.orders WHERE order_id = ANY ($1::uuid[])" },
    [load.created],
  );
  expect(rows[0]?.n).toBe(load.created.length);
  await test.close();
});

it.each([1, 2, 3])("processes that share any free port all start, try %i", async () => {
  const nowhere = ["--api-url", "http://127.0.0.1:1", "--shop-url", "http://127.0.0.1:1"];
  await using gateway = new ApiProcess(
    ["--port", "0", "--instances", "4", ...nowhere],
    {},
    "gateway",
  );
  await eventually(() => gateway.log.includes("listening on"), "the first listens");
  // The later ones listen by now, or have found the port taken.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  gateway.signal("SIGTERM");
  const { exitCode, stdout, stderr } = await gateway.ended;
  expect(`${stdout}${stderr}`).not.toContain("is taken by another process");
  expect(exitCode).toBe(0);
});
