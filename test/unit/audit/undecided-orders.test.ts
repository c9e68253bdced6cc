import { expect, it } from "vitest";
import { UndecidedOrders } from "../../../src/audit/undecided-orders.ts";

/** A history on disk, as far as waiting sees it: how often it is read, and how much is out of it at once. */
function stored(length: number) {
  const seen = { readings: 0 };
  const ids = {
    length,
    async *[Symbol.asyncIterator]() {
      seen.readings += 1;
      for (let n = 0; n < length; n++) yield `order-${n}`;
    },
  };
  return { ids, seen };
}

it("reads the ids again while more are open than it may hold, and then holds the few", async () => {
  const { ids, seen } = stored(25_000);
  let decided = 0;
  let asked: number[] = [];
  const undecided = new UndecidedOrders(ids, 100);
  const ask = async () => {
    asked = [];
    await undecided.ask(async (some) => {
      asked.push(some.length);
      return some.filter((id) => Number(id.slice("order-".length)) >= decided);
    });
  };
  expect(undecided.length).toBe(25_000);
  expect(seen.readings).toBe(0);

  await ask();
  expect(undecided.length).toBe(25_000);
  expect(asked).toEqual([10_000, 10_000, 5_000]);

  decided = 24_899;
  await ask();
  expect(undecided.length).toBe(101);
  expect(seen.readings).toBe(2);

  decided = 24_950;
  await ask();
  expect(undecided.length).toBe(50);
  expect(seen.readings).toBe(3);

  // From here on nothing is read: 50 are asked for.
  decided = 25_000;
  await ask();
  expect(undecided.length).toBe(0);
  expect(asked).toEqual([50]);
  expect(seen.readings).toBe(3);
});

it("waits for orders that came later, too, and shows the first of those that are open", async () => {
  const { ids } = stored(30);
  const undecided = new UndecidedOrders(ids, 10);
  undecided.add("late");
  expect(undecided.length).toBe(31);
  await undecided.ask(async (some) => some);
  expect(undecided.length).toBe(31);
  expect(undecided.first).toHaveLength(10);
  await undecided.ask(async (some) => some.filter((id) => id === "late" || id === "order-3"));
  expect(undecided.first).toEqual(["order-3", "late"]);
  undecided.add("later");
  await undecided.ask(async (some) => some);
  expect(undecided.first).toEqual(["order-3", "late", "later"]);
});
