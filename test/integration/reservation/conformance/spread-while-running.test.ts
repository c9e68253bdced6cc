import { afterAll, beforeAll, expect, it } from "vitest";
import { spreadStock } from "../../../../src/stock/spread-stock.ts";
import { hardLogs } from "../../../arbitrary/logs.ts";
import { createTestDatabase, type TestDatabase } from "../../services.ts";
import { all, begin, keepHistory, runInstance } from "./conformance-database.ts";
import { expectInvariants } from "./invariants.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
  await keepHistory(db.database);
});
afterAll(() => db.drop());

const stock = new Map([
  ["PROD001", 60],
  ["PROD002", 50],
  ["PROD003", 500],
]);

it("enters and leaves spread while consumers of two strategies run, and nothing is lost", async () => {
  const logs = hardLogs(77, 4, 25);
  await begin(db.database, { stock, partitions: 4 });
  let running = true;
  const changing = (async () => {
    let rounds = 0;
    for (; running || rounds < 3; rounds++) {
      for (const productId of stock.keys())
        await spreadStock(db.database, productId, [5, 0, 2, 2, 0][rounds % 5] ?? 0);
    }
    return rounds;
  })();
  await all([
    runInstance(db.database, "spread", new Map([0, 1, 2].map((p) => [p, logs[p] ?? []]))),
    runInstance(db.database, "row-lock", new Map([[3, logs[3] ?? []]])),
  ]);
  running = false;
  expect(await changing).toBeGreaterThan(2);
  await expectInvariants(db.database, { stock, logs });
});

it("is idempotent, and says what there was", async () => {
  await begin(db.database, { stock, partitions: 1 });
  const spread = (slots: number) => spreadStock(db.database, "PROD001", slots);
  expect(await spread(4)).toMatchObject({ slots: 4, slots_before: 0, allotted_per_slot: 15 });
  expect(await spread(4)).toMatchObject({ slots: 4, slots_before: 4, allotted_per_slot: 15 });
  expect(await spread(7)).toMatchObject({ slots: 7, slots_before: 4, allotted_per_slot: 8 });
  expect(await spread(0)).toMatchObject({ slots: 0, slots_before: 7 });
  expect(await spread(0)).toMatchObject({ slots: 0, slots_before: 0 });
  await expect(spreadStock(db.database, "PROD01", 2)).rejects.toThrow("did you mean PROD001?");
});
