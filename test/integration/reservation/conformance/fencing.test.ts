import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createStrategy } from "../../../../src/reservation/strategies/create-strategy.ts";
import { createTestDatabase, type TestDatabase } from "../../services.ts";
import { manyOrders, reconciledStock } from "../pipeline.ts";
import {
  begin,
  decideBy,
  exactStrategies,
  keepHistory,
  storedLines,
  storedOffsets,
  workOf,
} from "./conformance-database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
  await keepHistory(db.database);
});
afterAll(() => db.drop());

const stock = new Map([["PROD001", 100]]);
beforeEach(() => begin(db.database, { stock, partitions: 2, slots: 2 }));

const moveOffset = (next: number) =>
  db.database.query({ text: "UPDATE consumer_offsets SET next_offset = $1 WHERE partition = 0" }, [
    next,
  ]);

describe.each(exactStrategies)("%s", (name) => {
  it("writes nothing of a partition that another instance has moved on", async () => {
    await moveOffset(7);
    const orders = manyOrders(3, "PROD001");
    const decided = await decideBy(createStrategy(name, db.database), workOf(orders, 0, 0));
    expect(decided).toMatchObject({ done: [], fenced: [{ partition: 0, stored: 7 }] });
    expect(await storedLines(db.database)).toEqual(new Map());
    expect((await reconciledStock(db.database)).get("PROD001")?.available_quantity).toBe(100);
    expect(await storedOffsets(db.database)).toEqual([7, 0]);
  });

  it("decides the partitions of a work that are still its own", async () => {
    await moveOffset(7);
    const [lost, own] = [manyOrders(3, "PROD001"), manyOrders(3, "PROD001")];
    const work = workOf(lost, 0, 0);
    const both = { ...work, slices: [...work.slices], orders: [...work.orders] };
    const other = workOf(own, 1, 0);
    both.slices.push(...other.slices);
    both.orders.push(...other.orders);
    const decided = await decideBy(createStrategy(name, db.database), both);
    expect(decided.fenced).toEqual([{ partition: 0, stored: 7 }]);
    expect(decided.counts.reserved).toBe(3);
    expect(new Set((await storedLines(db.database)).keys())).toEqual(
      new Set(own.map((order) => order.orderId)),
    );
    expect(await storedOffsets(db.database)).toEqual([7, 3]);
  });

  it("lets one of two instances decide each order when both have the same work", async () => {
    const orders = manyOrders(6, "PROD001");
    const ends = await Promise.all(
      [1, 2].map(() => decideBy(createStrategy(name, db.database), workOf(orders, 0, 0))),
    );
    const reserved = ends.reduce((sum, end) => sum + end.counts.reserved, 0);
    expect(reserved).toBe(6);
    expect((await reconciledStock(db.database)).get("PROD001")?.reserved_quantity).toBe(6);
    expect((await storedLines(db.database)).size).toBe(6);
  });

  it("recognises its own commit whose answer was lost", async () => {
    const orders = manyOrders(2, "PROD001");
    const answers = createStrategy(name, db.database);
    let lost = 0;
    const mute = {
      ...answers,
      async reserve(work: Parameters<typeof answers.reserve>[0]) {
        const result = await answers.reserve(work);
        if (lost++ > 0) return result;
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      },
    };
    const decided = await decideBy(mute, workOf(orders, 0, 0));
    expect(decided.fenced).toEqual([]);
    expect(decided.done.at(-1)?.next).toBe(2);
    expect((await reconciledStock(db.database)).get("PROD001")?.reserved_quantity).toBe(2);
    expect(await storedOffsets(db.database)).toEqual([2, 0]);
  });
});
