import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readStockAgreement } from "../../../../src/audit/read-stock-agreement.ts";
import { createStrategy } from "../../../../src/reservation/strategies/create-strategy.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../../services.ts";
import {
  all,
  begin,
  deadLetters,
  decideBy,
  exactStrategies,
  keepHistory,
  runInstance,
  workOf,
} from "../conformance/conformance-database.ts";
import { manyOrders, reconciledStock } from "../pipeline.ts";
import {
  beginShop,
  eventsTopic,
  fateOf,
  follow,
  movements,
  shopGroup,
  sliceOf,
  statuses,
} from "./shop-log.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({});
  await keepHistory(db.database);
});
afterAll(() => db.drop());

const nothing = {
  ...{ released: 0, cancelledFirst: 0, shipped: 0, withoutEffect: 0, deadLettered: 0 },
};
const stock = new Map([
  ["A", 20],
  ["B", 20],
]);
beforeEach(async () => {
  // Slots are nothing to any strategy but spread.
  await begin(db.database, { stock, partitions: 8, slots: 4 });
  await db.database.query({
    text: `INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
           SELECT product_id, 'seed', available_quantity, total_quantity FROM inventory`,
  });
  await beginShop(db.database, 8);
});

async function shelf(productId = "A") {
  const row = (await reconciledStock(db.database)).get(productId);
  return [row?.available_quantity, row?.reserved_quantity, row?.total_quantity];
}

/** What the rows, the stock and its movements say of each other. */
async function expectAgreement() {
  const { agrees, products } = await readStockAgreement(db.database, 10);
  expect(agrees, JSON.stringify(products)).toBe(true);
}

async function rewindShop() {
  await db.database.query(
    { text: "UPDATE consumer_offsets SET next_offset = 0 WHERE group_id = $1" },
    [shopGroup],
  );
}

describe.each(exactStrategies)("beside %s", (name) => {
  const reserve = (orders: Parameters<typeof workOf>[0], partition = 0, from = 0) =>
    decideBy(createStrategy(name, db.database), workOf(orders, partition, from));

  it("gives back once what was reserved and cancelled, however often it is told", async () => {
    const { order, cancelled } = fateOf("C1", ["A", 2], ["B", 1], ["A", 3]);
    await reserve([order]);
    expect(await shelf()).toEqual([15, 5, 20]);
    const { counts } = await follow(db.database, [sliceOf([cancelled, cancelled], 0, 0)]);
    expect(counts).toEqual({ ...nothing, released: 1, withoutEffect: 1 });
    const again = await follow(db.database, [sliceOf([cancelled], 0, 2)]);
    expect(again.counts).toEqual({ ...nothing, withoutEffect: 1 });
    await rewindShop();
    const replayed = await follow(db.database, [sliceOf([cancelled, cancelled, cancelled], 0, 0)]);
    expect(replayed.counts).toEqual({ ...nothing, withoutEffect: 3 });
    expect([await shelf(), await shelf("B")]).toEqual([
      [20, 0, 20],
      [20, 0, 20],
    ]);
    expect(await statuses(db.database)).toEqual(new Map([[order.orderId, "released"]]));
    const moved = { reason: "release", delta_total: 0, order_id: order.orderId };
    expect(await movements(db.database)).toEqual([
      { ...moved, product_id: "A", delta_available: 5 },
      { ...moved, product_id: "B", delta_available: 1 },
    ]);
    // The message comes again, too: the order is known, whatever has become of it.
    const { counts: repeated } = await reserve([order], 1);
    expect(repeated).toMatchObject({ reserved: 0, duplicates: 1, deadLettered: 0 });
  });

  it("holds nothing for what was cancelled first, and takes no other content for it", async () => {
    const { order, cancelled } = fateOf("C1", ["A", 2], ["unheard of", 1]);
    const { counts } = await follow(db.database, [sliceOf([cancelled, cancelled], 0, 0)]);
    expect(counts).toEqual({ ...nothing, cancelledFirst: 1, withoutEffect: 1 });
    const { counts: decided } = await reserve([order]);
    expect(decided).toMatchObject({ reserved: 0, rejected: 0, duplicates: 1, deadLettered: 0 });
    expect(await shelf()).toEqual([20, 0, 20]);
    expect(await movements(db.database)).toEqual([]);
    const other = { ...order, customerId: "C2" };
    expect((await reserve([other], 1)).counts).toMatchObject({ reserved: 0, deadLettered: 1 });
    expect(await statuses(db.database)).toEqual(new Map([[order.orderId, "released"]]));
  });

  it("lets cancellations race the outcomes, under load, and holds no stock in the end", async () => {
    const fates = Array.from({ length: 40 }, (_, index) =>
      fateOf(`C${index}`, ["A", 1], [index % 3 === 0 ? "unheard of" : "B", 1]),
    );
    const orders = fates.map(({ order }) => order);
    const others = manyOrders(20, "A");
    const slices = [0, 1, 2].map((partition) =>
      fates.filter((_, index) => index % 3 === partition).map(({ cancelled }) => cancelled),
    );
    await all<unknown>([
      runInstance(
        db.database,
        name,
        new Map([
          [0, orders.slice(0, 20)],
          [1, orders.slice(20)],
          [2, others.slice(0, 10)],
          [3, others.slice(10)],
        ]),
      ),
      ...slices.map(async (texts, partition) => {
        // From the end, so that some come before the outcome and some behind it.
        const events = texts.toReversed();
        for (let from = 0; from < events.length; from += 4)
          await follow(db.database, [sliceOf(events.slice(from, from + 4), partition, from)]);
      }),
    ]);
    const ended = await statuses(db.database);
    for (const { orderId } of orders)
      expect(["released", "rejected"]).toContain(ended.get(orderId));
    expect((await deadLetters(db.database)).length).toBe(0);
    const [available, reserved] = await shelf();
    expect(available).toBe(20 - (reserved ?? 0));
    expect(await shelf("B")).toEqual([20, 0, 20]);
    await expectAgreement();
  });
});

it("lowers reserved and total together when an order is shipped, once", async () => {
  const { order, shipped, cancelled } = fateOf("C1", ["A", 2], ["B", 1]);
  await decideBy(createStrategy("batch", db.database), workOf([order], 0, 0));
  const { counts } = await follow(db.database, [sliceOf([shipped, shipped, cancelled], 0, 0)]);
  expect(counts).toEqual({ ...nothing, shipped: 1, withoutEffect: 2 });
  await rewindShop();
  await follow(db.database, [sliceOf([shipped, shipped, cancelled], 0, 0)]);
  expect([await shelf(), await shelf("B")]).toEqual([
    [18, 0, 18],
    [19, 0, 19],
  ]);
  await expectAgreement();
  const moved = { reason: "ship", delta_available: 0, order_id: order.orderId };
  expect(await movements(db.database)).toEqual([
    { ...moved, product_id: "A", delta_total: -2 },
    { ...moved, product_id: "B", delta_total: -1 },
  ]);
});

it("makes a dead letter of a shipment that was never reserved, once, and changes no stock", async () => {
  const rejected = fateOf("C1", ["unheard of", 1]);
  const { cancelled, shipped } = fateOf("C2", ["A", 1]);
  await decideBy(createStrategy("batch", db.database), workOf([rejected.order], 0, 0));
  const texts = [rejected.shipped, rejected.cancelled, cancelled, shipped, "{"];
  const { counts } = await follow(db.database, [sliceOf(texts, 0, 0)]);
  expect(counts).toEqual({ ...nothing, cancelledFirst: 1, withoutEffect: 1, deadLettered: 3 });
  await rewindShop();
  expect((await follow(db.database, [sliceOf(texts, 0, 0)])).counts.deadLettered).toBe(0);
  expect(await deadLetters(db.database)).toEqual([
    { order_id: null, reason: "not_reserved" },
    { order_id: null, reason: "not_reserved" },
    { order_id: null, reason: "not_json" },
  ]);
  expect(await shelf()).toEqual([20, 0, 20]);
});

it("waits for an order that is shipped and not decided yet, as after a fall back", async () => {
  const { order, shipped } = fateOf("C1", ["A", 2]);
  const never = fateOf("C2", ["A", 3]);
  const troubles: string[] = [];
  let decided = false;
  const following = follow(db.database, [sliceOf([shipped, never.shipped], 0, 0)], {
    notePlaced: async () => async () => decided,
    onTrouble: (error) => troubles.push(error?.message ?? "over"),
  });
  await eventually(() => troubles.length > 0, "it waits");
  expect(troubles).toEqual([
    `order ${order.orderId} is shipped and not decided yet: waiting for that`,
  ]);
  await decideBy(createStrategy("batch", db.database), workOf([order], 0, 0));
  decided = true;
  expect((await following).counts).toEqual({ ...nothing, shipped: 1, deadLettered: 1 });
  expect(troubles.at(-1)).toBe("over");
  expect(await shelf()).toEqual([18, 0, 18]);
});

it("finds the one event that the tables refuse, and applies its neighbours", async () => {
  const fates = Array.from({ length: 9 }, (_, index) => fateOf(`C${index}`, ["A", 1]));
  const bad = fateOf("C9", ["B", 2]);
  const orders = [...fates.map(({ order }) => order), bad.order];
  await decideBy(createStrategy("batch", db.database), workOf(orders, 0, 0));
  // By hand, past the orders: what bad would give back is not there.
  await db.database.query({
    text: "UPDATE inventory SET reserved_quantity = 0, available_quantity = 20 WHERE product_id = 'B'",
  });
  const texts = [...fates.slice(0, 5), bad, ...fates.slice(5)].map(({ cancelled }) => cancelled);
  const { counts, done } = await follow(db.database, [sliceOf(texts, 0, 0), sliceOf([], 1, 0)]);
  expect(counts).toEqual({ ...nothing, released: 9, deadLettered: 1 });
  expect(Math.max(...done.map(({ next }) => next))).toBe(texts.length);
  expect(await deadLetters(db.database)).toEqual([{ order_id: null, reason: "unprocessable" }]);
});

it("applies a slice once, whoever else has it, and leaves what another has moved on", async () => {
  const { order, cancelled } = fateOf("C1", ["A", 2]);
  await decideBy(createStrategy("batch", db.database), workOf([order], 0, 0));
  const slices = [sliceOf([cancelled], 0, 0), sliceOf([], 1, 0)];
  const both = await all([follow(db.database, slices), follow(db.database, slices)]);
  expect(both.map(({ counts }) => counts.released).toSorted()).toEqual([0, 1]);
  expect(await shelf()).toEqual([20, 0, 20]);
  const ahead = await follow(db.database, [sliceOf([cancelled], 0, 7), sliceOf([cancelled], 1, 0)]);
  expect(ahead.fenced).toEqual([{ partition: 0, stored: 1 }]);
  expect(ahead.done).toMatchObject([{ partition: 1, next: 1 }]);
  const { rows } = await db.database.query<{ next_offset: number }>(
    {
      text: "SELECT next_offset FROM consumer_offsets WHERE group_id = $1 AND topic = $2 AND partition < 2 ORDER BY partition",
    },
    [shopGroup, eventsTopic],
  );
  expect(rows.map((row) => row.next_offset)).toEqual([1, 1]);
});
