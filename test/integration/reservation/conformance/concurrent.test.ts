import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Order } from "../../../../src/order/order.ts";
import type { StrategyName } from "../../../../src/ports/strategy-names.ts";
import { hardLogs } from "../../../arbitrary/logs.ts";
import { createTestDatabase, type TestDatabase } from "../../services.ts";
import { manyOrders, reconciledStock } from "../pipeline.ts";
import { all, begin, exactStrategies, keepHistory, runInstance } from "./conformance-database.ts";
import { expectInvariants } from "./invariants.ts";
import { runReferenceProgram } from "./reference-program.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
  await keepHistory(db.database);
});
afterAll(() => db.drop());

/** Two run out, one does not. */
const stock = new Map([
  ["PROD001", 30],
  ["PROD002", 24],
  ["PROD003", 500],
]);

function instanceLogs(logs: readonly Order[][], first: number) {
  return new Map([
    [first, logs[first] ?? []],
    [first + 1, logs[first + 1] ?? []],
  ]);
}

/** Four partitions, two of each instance, all at the same time. */
async function race(one: StrategyName, other: StrategyName, seed: number) {
  const logs = hardLogs(seed, 4, 12);
  await begin(db.database, { stock, partitions: 4, slots: 3 });
  const accounted = await all<unknown>([
    runInstance(db.database, one, instanceLogs(logs, 0)),
    runInstance(db.database, other, instanceLogs(logs, 2)),
  ]);
  expect(accounted).toEqual([24, 24]);
  const inBatches = new Set([
    ...(one === "batch" ? [0, 1] : []),
    ...(other === "batch" ? [2, 3] : []),
  ]);
  await expectInvariants(db.database, { stock, logs, inBatches });
}

const pairs = exactStrategies.flatMap((one, index) =>
  exactStrategies.slice(index).map((other) => [one, other] as const),
);

describe("two instances at the same time keep every invariant", () => {
  it.each(pairs)("%s beside %s", async (one, other) => {
    await race(one, other, 1 + pairs.findIndex(([a, b]) => a === one && b === other));
  });
});

describe("many at the last pieces of one product keep every invariant", () => {
  it.each(exactStrategies)("%s", async (name) => {
    const few = new Map([["PROD001", 7]]);
    const logs = Array.from({ length: 8 }, () => manyOrders(3, "PROD001"));
    await begin(db.database, { stock: few, partitions: 8, slots: 3 });
    await runInstance(db.database, name, new Map(logs.entries()), 2);
    const inBatches = new Set(name === "batch" ? logs.keys() : []);
    await expectInvariants(db.database, { stock: few, logs, inBatches });
    const reserved = (await reconciledStock(db.database)).get("PROD001")?.reserved_quantity;
    expect(reserved, "one piece an order: every piece is sold").toBe(7);
  });
});

describe("beside the reference's own UPDATE, which knows neither versions nor slots", () => {
  it.each(exactStrategies)("%s", async (name) => {
    const logs = hardLogs(100 + exactStrategies.indexOf(name), 3, 12);
    await begin(db.database, { stock, partitions: 3, slots: 3 });
    const foreign = new Set<string>();
    await all<unknown>([
      runInstance(db.database, name, new Map(logs.entries())),
      runReferenceProgram(db.database, ["PROD001", "PROD002", "PROD003"], 12, foreign),
    ]);
    const inBatches = new Set(name === "batch" ? [0, 1, 2] : []);
    await expectInvariants(db.database, { stock, logs, foreign, inBatches });
  });
});
