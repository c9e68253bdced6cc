import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Arranged,
  type ArrangeOptions,
  arrangeWorks,
  laneCount,
} from "../../../../src/bench/figures/arrange-works.ts";
import { addContents, noContents } from "../../../../src/bench/figures/contents.ts";
import {
  type ScenarioName,
  scenarioNames,
  unknownProduct,
} from "../../../../src/bench/figures/scenarios.ts";
import { decide } from "../../../../src/order/decide.ts";
import { partitionOfKey } from "../../../../src/runtime/kafka/partitioner.ts";

const base: ArrangeOptions = {
  scenario: "spread",
  seed: "a seed",
  orders: 2_000,
  customers: 10_000,
  linesPerOrder: 1,
  partitions: 50,
  workers: 4,
  batch: 100,
  workMessages: 100,
  group: "g",
  topic: "t",
  partitionOf: partitionOfKey,
  nowMs: Date.UTC(2026, 0, 2),
};

const arrange = (scenario: ScenarioName) => arrangeWorks({ ...base, scenario });

function worksOf({ lanes }: Arranged) {
  return lanes.flat().map(({ work }) => work);
}

/** What the specification makes of all works, one lane after the other, each order id once. */
function outcomesOf(arranged: Arranged) {
  const orders = new Map(
    worksOf(arranged).flatMap((work) =>
      work.orders.map(({ order }) => [order.orderId, order] as const),
    ),
  );
  const { outcomes } = decide(arranged.stock, [...orders.values()]);
  const reserved = outcomes.filter(({ status }) => status === "reserved").length;
  return { orders: orders.size, reserved, rejected: orders.size - reserved };
}

describe("arrangeWorks", () => {
  it("gives each partition to one lane, its offsets without a gap, and no work more than it may have", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scenarioNames),
        fc.integer({ min: 100, max: 400 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 300 }),
        (scenario, orders, workers, workMessages) => {
          const arranged = arrangeWorks({ ...base, scenario, orders, workers, workMessages });
          const laneOf = new Map<number, number>();
          const expected = new Map<number, number>();
          let messages = 0;
          for (const [lane, works] of arranged.lanes.entries()) {
            for (const { work, messages: count } of works) {
              messages += count;
              expect(count).toBeLessThanOrEqual(workMessages);
              expect(work.deadLetters).toEqual([]);
              for (const { partition, from, next, messages: inSlice } of work.slices) {
                expect(laneOf.get(partition) ?? lane).toBe(lane);
                laneOf.set(partition, lane);
                expect(from).toBe(expected.get(partition) ?? 0);
                expect(inSlice.every(({ offset }, index) => offset === from + index)).toBe(true);
                expect(next).toBe(from + inSlice.length);
                expected.set(partition, next);
              }
            }
          }
          expect(messages).toBe(orders);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ["spread", { orders: 2_000, reserved: 2_000, rejected: 0 }],
    ["hot", { orders: 2_000, reserved: 2_000, rejected: 0 }],
    ["stock-1-quantity-2", { orders: 2_000, reserved: 0, rejected: 2_000 }],
    ["three-lines", { orders: 2_000, reserved: 2_000, rejected: 0 }],
  ] as const)("makes of %s what it says", (scenario, expected) => {
    expect(outcomesOf(arrange(scenario))).toEqual(expected);
  });

  it("sells out one product of ten, or all of them half way", () => {
    const soldOut = outcomesOf(arrange("one-sold-out"));
    expect(soldOut.rejected / soldOut.orders).toBeCloseTo(0.1, 1);
    const runningOut = outcomesOf(arrange("running-out"));
    expect(runningOut.rejected / runningOut.orders).toBeCloseTo(0.5, 1);
  });

  it("puts one unknown product into every batch that is at least half full", () => {
    for (const work of worksOf(arrange("unknown-product"))) {
      const unknown = work.orders.filter(({ order }) =>
        order.lines.some(({ productId }) => productId === unknownProduct),
      );
      expect(unknown).toHaveLength(work.orders.length > 50 ? 1 : 0);
    }
  });

  it("repeats one message in a hundred, in its partition, within a batch and across batches", () => {
    const arranged = arrange("duplicates");
    const seen = new Map<string, { partition: number; work: number; value: string }>();
    let within = 0;
    let across = 0;
    for (const [index, work] of worksOf(arranged).entries()) {
      for (const { order, partition, message } of work.orders) {
        const value = String(message.value);
        const first = seen.get(order.orderId);
        if (first === undefined) seen.set(order.orderId, { partition, work: index, value });
        else {
          expect([partition, value]).toEqual([first.partition, first.value]);
          if (first.work === index) within++;
          else across++;
        }
      }
    }
    expect((within + across) / 2_000).toBeCloseTo(0.01, 2);
    expect(Math.min(within, across)).toBeGreaterThan(0);
    const contents = arranged.lanes
      .flat()
      .map((each) => each.contents)
      .reduce(addContents, noContents);
    expect(contents.orders).toBe(seen.size);
  });

  it("counts three lines to an order of three lines", () => {
    expect(arrange("three-lines")).toMatchObject({ messages: 2_000, lines: 6_000 });
  });
});

it("has a lane for every worker, more where their batches are full, never more than partitions", () => {
  expect(laneCount({ ...base, orders: 100 })).toBe(4);
  expect(laneCount({ ...base, orders: 100_000 })).toBe(12);
  expect(laneCount({ ...base, workers: 40, orders: 100_000 })).toBe(50);
});
