import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { parseReplay } from "../../../../src/load/replay/parse-replay.ts";
import { parseSchedule } from "../../../../src/load/schedule/parse-schedule.ts";
import type { Schedule } from "../../../../src/load/schedule/schedule.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";
import { withWarmUp } from "../../../../src/load/schedule/with-warm-up.ts";
import type { PlannedOrder } from "../../../../src/load/workload.ts";
import { historyDirectory } from "../planned-order.ts";
import { recordedLoad } from "./recorded-load.ts";

const timeout = "10s";

/** Asks as a load does: when each is due, then for the order. */
async function replayed(text: Parameters<typeof parseReplay>[0]) {
  const request = await parseReplay(text);
  const { schedule, replay } = request;
  const orders: PlannedOrder[] = [];
  const dueMs: number[] = [];
  await replay?.open();
  for (let n = 0; n < schedule.orders; n++) {
    while (schedule.ordersDue(schedule.durationMs) <= n) await new Promise(setImmediate);
    dueMs.push(schedule.intendedMs(n));
    if (replay !== undefined) orders.push(replay.workload.order(n));
  }
  await replay?.close();
  return { ...request, orders, dueMs };
}

function withoutIds({ orderId: _, key: __, ...order }: PlannedOrder): unknown {
  return { ...order, change: order.change };
}

function times(schedule: Schedule): number[] {
  return Array.from({ length: schedule.orders }, (_, n) => schedule.intendedMs(n));
}

const poisson = parseSchedule(
  { stages: "2s@300,2s@100..900", duration: undefined, arrivals: "poisson" },
  "s",
);

it.for([
  { ending: "ndjson", speed: 1 },
  { ending: "ndjson.gz", speed: 4 },
])("sends the same orders at the same distances, as new ones: $ending at $speed", async ({
  ending,
  speed,
}) => {
  const text = { linesPerOrder: 3, quantity: "1-7", price: "0.01-9.99", payShare: "20%" };
  const recorded = await recordedLoad(poisson, text, `orders.${ending}`);
  const { orders, dueMs, schedule } = await replayed({
    ...{ replay: recorded.path, timeout, speed: String(speed) },
  });
  expect(orders.map(withoutIds)).toEqual(recorded.orders.map(withoutIds));
  const keys = new Set([...orders, ...recorded.orders].map(({ key }) => key));
  const ids = new Set([...orders, ...recorded.orders].map(({ orderId }) => orderId));
  expect([keys.size, ids.size]).toEqual([poisson.orders * 2, poisson.orders * 2]);
  const farthest = times(poisson).map((ms, n) => Math.abs(ms / speed - (dueMs[n] ?? 0)));
  expect(Math.max(...farthest)).toBeLessThan(0.001);
  expect(schedule.durationMs).toBeGreaterThan(dueMs.at(-1) ?? 0);
  expect(schedule.ratePerSecondIn(0, schedule.durationMs)).toBeCloseTo(schedule.ratePerSecond, 6);
  // The first two of its seconds have about 300, whichever way they are asked for.
  const counted = times(poisson).filter((ms) => ms < 2_000).length;
  expect(schedule.ratePerSecondIn(0, 2_000 / speed)).toBeCloseTo((counted / 2) * speed, 6);
});

it("has the length and rate of a steady load, and its warm-up", async () => {
  const recorded = await recordedLoad(
    withWarmUp(steadySchedule(100, 3_000), steadySchedule(50, 1_500)),
  );
  const { schedule, dueMs } = await replayed({ replay: recorded.path, timeout, speed: "2" });
  expect(schedule.durationMs).toBeCloseTo(1_500, 6);
  expect(schedule.ratePerSecond).toBeCloseTo(200, 6);
  expect(schedule.warmUp).toEqual({ orders: 75, durationMs: 750 });
  expect(schedule.ratePerSecondIn(-500, 0)).toBeCloseTo(100, 6);
  expect(dueMs.filter((ms) => ms < 0)).toHaveLength(75);
  expect(schedule.orders).toBe(375);
});

it("lasts as long as the recorded load, although its times were rounded", async () => {
  const recorded = await recordedLoad(steadySchedule(1_500, 2_000));
  const { schedule } = await replayed({ replay: recorded.path, timeout });
  expect(schedule.durationMs).toBe(2_000);
});

it("is a retry under the run id and seed of the recorded run, and of no other", async () => {
  const { path, orders } = await recordedLoad(steadySchedule(100, 500));
  const retry = await replayed({ replay: path, timeout, runId: "recorded", seed: "s" });
  expect(retry.orders).toEqual(orders.map((order) => ({ ...order, change: undefined })));
  const other = { replay: path, timeout, runId: "recorded", seed: "another" };
  await expect(parseReplay(other)).rejects.toThrow(/had another seed than another/);
  const named = await replayed({ replay: path, timeout, runId: "second", seed: "s" });
  expect(named.orders[0]?.key).toMatch(/^second-[0-9a-f]{8}-0$/);
  const again = await replayed({ replay: path, timeout, runId: "second", seed: "s" });
  expect(again.orders).toEqual(named.orders);
});

it.for([
  [
    "format 1",
    () =>
      '{"order_id":"a","customer_id":"c","key":"k","lines":[{"product_id":"p","quantity":1,"amount":1}],"state":"acked","kind":"202","intended_at_ms":1,"answered_at_ms":2}\n',
    /does not begin with the header of a history/,
  ],
  ["no order", (text: string) => `${text.split("\n")[0]}\n`, /has no orders to replay/],
  [
    "an amount that is no multiple of cents",
    (text: string) => text.replace(/"quantity":\d+,"amount":[\d.]+/, '"quantity":3,"amount":0.1'),
    /order 0 of .* cannot be replayed: 3 × PROD\d+ for 0.1 has no price/,
  ],
  [
    "orders that are not in the order of their times",
    (text: string) => text.replace('"due_us":20000', '"due_us":200'),
    /:\d+ is no line of a history: it was due before/,
  ],
  [
    "a key that splits a header",
    (text: string) => text.replace(/"key":"[^"]+"/, '"key":"a\\r\\nb: c"'),
    /its key cannot stand in a header/,
  ],
  [
    "a time beyond all loads",
    (t: string) => t.replace('"due_us":490000', '"due_us":1e12'),
    /no load/,
  ],
] as const)("refuses %s", async ([, change, said]) => {
  const { path } = await recordedLoad(steadySchedule(100, 500));
  const changed = `${await historyDirectory()}/changed.ndjson`;
  await writeFile(changed, change(await readFile(path, "utf8")));
  const failed = await parseReplay({ replay: changed, timeout }).catch((error: unknown) => error);
  expect(failed).toMatchObject({ kind: "usage", message: expect.stringMatching(said) });
});

it("refuses what cannot be read twice", async () => {
  const pipe = `${await historyDirectory()}/pipe`;
  await promisify(execFile)("mkfifo", [pipe]);
  await expect(parseReplay({ replay: pipe, timeout })).rejects.toThrow(/is no regular file/);
});

it.for(["0", "-1", "fast", "1001"])("refuses --speed %s", async (speed) => {
  const { path } = await recordedLoad(steadySchedule(100, 100));
  await expect(parseReplay({ replay: path, timeout, speed })).rejects.toThrow(/no speed/);
});
