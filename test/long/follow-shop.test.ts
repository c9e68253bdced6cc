import { execa } from "execa";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readStockAgreement } from "../../src/audit/read-stock-agreement.ts";
import { strategyNames } from "../../src/ports/strategy-names.ts";
import { followFailpoints } from "../../src/reservation/failpoints.ts";
import {
  createShopBench,
  type ShopBench,
} from "../integration/reservation/follow-shop/shop-bench.ts";
import {
  fateOf,
  type ShopFate,
  statuses,
} from "../integration/reservation/follow-shop/shop-log.ts";
import { eventually } from "../integration/services.ts";

let bench: ShopBench;
beforeEach(async () => {
  bench = await createShopBench();
});
afterEach(() => bench.close());

function fates(count: number): readonly ShopFate[] {
  return Array.from({ length: count }, (_, index) =>
    fateOf(`C${index}`, [`PROD00${1 + (index % 9)}`, 1 + (index % 3)], ["PROD009", 2]),
  );
}

/** The real consumer in a process of its own, so that it can be killed. */
function consume(flags: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return execa("node", ["bin/run.js", "consume", "--follow-shop", "--batch", "20", ...flags], {
    env: { ...bench.environment, ...environment },
    reject: false,
    all: true,
    timeout: 120_000,
  });
}

async function expectNothingHeld(orders: readonly ShopFate[]): Promise<void> {
  const ended = await statuses(bench.pipeline.database);
  expect(ended.size).toBe(orders.length);
  expect([...new Set(ended.values())]).toEqual(["released"]);
  const { agrees, sum } = await readStockAgreement(bench.pipeline.database, 20);
  expect(agrees).toBe(true);
  expect(sum).toMatchObject({ reserved: 0, available: sum.total });
}

it.each(
  strategyNames.filter((name) => name !== "naive"),
)("lets 1,000 cancellations race their outcomes both ways, with the strategy %s", async (strategy) => {
  const orders = fates(1_000);
  const consumer = consume(["--strategy", strategy]);
  // Both loops are at work before the race begins: else one of them finds all of it in the log.
  const [first, ...others] = orders;
  if (first === undefined) throw new Error("no orders");
  await bench.pipeline.place([first.order]);
  await bench.tell([{ of: first, text: first.cancelled }]);
  await eventually(
    async () => (await statuses(bench.pipeline.database)).get(first.order.orderId) === "released",
    "both are at work",
  );
  // Half of the orders are placed some messages behind their cancellation, half just before it.
  let late: readonly ShopFate[] = [];
  for (let from = 0; from < others.length; from += 10) {
    const some = others.slice(from, from + 10);
    const isLate = from % 20 === 0;
    await bench.pipeline.place([...late, ...(isLate ? [] : some)].map(({ order }) => order));
    await bench.tell(some.map((of) => ({ of, text: of.cancelled })));
    late = isLate ? some : [];
  }
  await bench.pipeline.place(late.map(({ order }) => order));
  consumer.kill("SIGTERM");
  await consumer;
  const last = await consume(["--strategy", strategy, "--until-caught-up", "--json"]);
  expect(last.exitCode, last.all).toBe(0);
  await expectNothingHeld(orders);
  const { rows } = await bench.pipeline.database.query<{ before: number; behind: number }>({
    text: `SELECT count(*) FILTER (WHERE source_offset IS NULL) AS before, count(source_offset) AS behind
           FROM orders WHERE line_no = 1`,
  });
  const [{ before = 0, behind = 0 } = {}] = rows;
  console.info(`${strategy}: ${before} cancelled before their outcome, ${behind} behind it`);
  expect(Math.min(before, behind)).toBeGreaterThan(0);
}, 300_000);

it("gives back once, wherever it is killed", async () => {
  const orders = fates(400);
  await bench.pipeline.place(orders.map(({ order }) => order));
  let from = 0;
  for (const point of followFailpoints) {
    for (const nth of point === "follow-between-statements" ? [1, 2, 4, 5, 7, 9] : [2]) {
      const some = orders.slice(from, from + 40);
      from += 40;
      await bench.tell(some.map((of) => ({ of, text: of.cancelled })));
      const killed = await consume([], { ORDERS_FAILPOINT: `${point}:${nth}` });
      expect(killed.signal, killed.all).toBe("SIGKILL");
    }
  }
  await bench.tell(orders.map((of) => ({ of, text: of.cancelled })));
  const last = await consume(["--until-caught-up", "--json"]);
  expect(last.exitCode, last.all).toBe(0);
  await expectNothingHeld(orders);
}, 600_000);
