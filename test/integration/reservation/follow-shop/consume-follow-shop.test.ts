import { afterEach, beforeEach, expect, it } from "vitest";
import { readStockAgreement } from "../../../../src/audit/read-stock-agreement.ts";
import { grantStatements } from "../../../../src/runtime/postgres/privileges/needed-privileges.ts";
import { eventually, uniqueName } from "../../services.ts";
import { reconciledStock } from "../pipeline.ts";
import { createShopBench, type ShopBench } from "./shop-bench.ts";
import { fateOf, movements, statuses } from "./shop-log.ts";

let bench: ShopBench;
beforeEach(async () => {
  bench = await createShopBench();
});
afterEach(() => bench.close());

function consume(options: Parameters<ShopBench["pipeline"]["consume"]>[0] = {}) {
  return bench.pipeline.consume({ followShop: true, ...options, settings: bench.settings });
}

it("holds nothing of what is cancelled, before or behind its outcome, and tells of the stock", async () => {
  const fates = Array.from({ length: 80 }, (_, index) =>
    fateOf(`C${index}`, [`PROD00${1 + (index % 3)}`, 1], ["PROD009", 2]),
  );
  const cancelled = fates.slice(0, 60);
  const shipped = fates.slice(60, 70);
  const cancellations = cancelled.map((of) => ({ of, text: of.cancelled }));
  const stop = new AbortController();
  const running = consume({ untilCaughtUp: false, signal: stop.signal });
  // Both at once: for some the event is first, for others the order.
  for (let from = 0; from < 80; from += 8) {
    const orders = fates.slice(from, from + 8).map(({ order }) => order);
    const events = cancellations.slice(from, from + 8);
    const both = [() => bench.pipeline.place(orders), () => bench.tell(events)];
    for (const step of from % 16 === 0 ? both : both.toReversed()) await step();
  }
  await eventually(
    async () => (await statuses(bench.pipeline.database)).size === 80,
    "all decided",
  );
  await bench.tell(shipped.map((of) => ({ of, text: of.shipped })));
  await eventually(async () => {
    const ended = [...(await statuses(bench.pipeline.database)).values()];
    return ended.filter((status) => status !== "reserved").length === 70;
  }, "all cancelled and shipped");
  stop.abort();
  const { followed } = await running;
  const { released = 0, cancelledFirst = 0 } = followed ?? {};
  expect(released + cancelledFirst).toBe(60);
  expect(followed).toMatchObject({ shipped: 10, deadLettered: 0 });

  // All of both logs again, and copies besides: nothing follows from what has been followed.
  await bench.tell(cancellations.slice(0, 20));
  await bench.pipeline.database.query({ text: "UPDATE consumer_offsets SET next_offset = 0" });
  const again = await consume();
  expect(again).toMatchObject({
    reserved: 0,
    duplicates: 80,
    followed: { released: 0, cancelledFirst: 0, shipped: 0, withoutEffect: 90, deadLettered: 0 },
  });
  const stock = await reconciledStock(bench.pipeline.database);
  expect(stock.get("PROD009")).toMatchObject({ reserved_quantity: 20, total_quantity: 999_980 });
  expect((await movements(bench.pipeline.database)).length).toBe(2 * (released + 10));
  const { agrees } = await readStockAgreement(bench.pipeline.database, 20);
  expect(agrees).toBe(true);
  await eventually(async () => {
    const told = await bench.told();
    return [...stock].every(
      ([id, row]) =>
        told.get(id)?.available === row.available_quantity &&
        told.get(id)?.reserved === row.reserved_quantity,
    );
  }, "the last that was told is what there is");
});

it("works with exactly what the list grants, and without it says what is missing", async () => {
  const { database, settings } = bench.pipeline;
  const role = uniqueName("least").replaceAll("-", "_");
  const run = (text: string) => database.query({ text });
  const grant = (kind: "consumer" | "shop-consumer") =>
    run(grantStatements(kind, { role, schema: "public" }).join("\n"));
  const own = new URL(settings.databaseUrl ?? "");
  own.username = role;
  own.password = "least";
  const follow = () =>
    bench.pipeline.consume({
      followShop: true,
      settings: { ...bench.settings, databaseUrl: own.href },
    });
  await run(`CREATE ROLE "${role}" LOGIN PASSWORD 'least'`);
  try {
    const [kept, given, shipped, early] = [1, 2, 3, 4].map((n) => fateOf(`C${n}`, ["PROD001", n]));
    if (!kept || !given || !shipped || !early) throw new Error("no fates");
    await bench.pipeline.place([kept, given, shipped].map(({ order }) => order));
    await bench.tell([
      { of: given, text: given.cancelled },
      { of: shipped, text: shipped.shipped },
      { of: early, text: early.cancelled },
    ]);
    await grant("consumer");
    await expect(follow()).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining(`${role} lacks INSERT on stock_movements`) as string,
    });
    await grant("shop-consumer");
    const { reserved, followed } = await follow();
    expect(reserved).toBe(3);
    expect(followed).toMatchObject({ shipped: 1, deadLettered: 0 });
    expect([...(await statuses(database)).values()].toSorted()).toEqual([
      "released",
      "released",
      "reserved",
      "shipped",
    ]);
  } finally {
    await run(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
  }
});

it("loads nothing of it and follows nothing where it is not asked for", async () => {
  const fate = fateOf("C1", ["PROD001", 2]);
  await bench.tell([{ of: fate, text: fate.cancelled }]);
  await bench.pipeline.place([fate.order]);
  const result = await consume({ followShop: false });
  expect(result).toMatchObject({ reserved: 1 });
  expect(result).not.toHaveProperty("followed");
  const { rows } = await bench.pipeline.database.query<{ group_id: string }>({
    text: "SELECT DISTINCT group_id FROM consumer_offsets",
  });
  expect(rows).toEqual([{ group_id: bench.pipeline.settings.group }]);
});
