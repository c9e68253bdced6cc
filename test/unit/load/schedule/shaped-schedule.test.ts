import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenArrivals } from "../../../../src/load/schedule/arrivals.ts";
import { poissonArrivals } from "../../../../src/load/schedule/poisson-arrivals.ts";
import { stagedShape } from "../../../../src/load/schedule/rate-shape.ts";
import type { Schedule } from "../../../../src/load/schedule/schedule.ts";
import { ordersOf, shapedSchedule } from "../../../../src/load/schedule/shaped-schedule.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";

const anyRate = fc.oneof(fc.constant(0), fc.double({ min: 0.5, max: 5_000, noNaN: true }));
const anyShape = fc
  .array(
    fc.record({
      durationMs: fc.double({ min: 1, max: 20_000, noNaN: true }),
      from: anyRate,
      to: anyRate,
    }),
    { minLength: 1, maxLength: 5 },
  )
  .filter((stages) => {
    const total = stages.reduce(
      (sum, s) => sum + ((s.from + s.to) / 2) * (s.durationMs / 1_000),
      0,
    );
    return total >= 1.01 && total < 20_000;
  })
  .map((stages) => stagedShape(stages));
const anySchedule = fc
  .tuple(anyShape, fc.constantFrom("even", "poisson"), fc.string())
  .map(([shape, arrivals, seed]) =>
    shapedSchedule(
      shape,
      arrivals === "even" ? evenArrivals : poissonArrivals(seed, ordersOf(shape), shape.total),
    ),
  );

/** How many of the orders are due, counted one by one. */
function counted(schedule: Schedule, ms: number): number {
  let count = 0;
  while (count < schedule.orders && schedule.intendedMs(count) <= ms) count++;
  return count;
}

describe("any shape, any arrivals", () => {
  it("never falls, begins at 0 or later, and ends before the end", () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        let before = 0;
        for (let n = 0; n < schedule.orders; n++) {
          const ms = schedule.intendedMs(n);
          expect(ms).toBeGreaterThanOrEqual(before - 1e-9);
          before = ms;
        }
        expect(before).toBeLessThanOrEqual(schedule.durationMs);
      }),
      { numRuns: 40 },
    );
  });

  it("counts exactly the orders whose time has come", () => {
    fc.assert(
      fc.property(
        anySchedule,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
        (schedule, shares) => {
          for (const share of shares) {
            const ms = share * schedule.durationMs;
            const expected = ms >= schedule.durationMs ? schedule.orders : counted(schedule, ms);
            expect(schedule.ordersDue(ms)).toBe(expected);
          }
          expect(schedule.ordersDue(-1)).toBe(0);
          expect(schedule.ordersDue(schedule.durationMs)).toBe(schedule.orders);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("says the same whatever was asked before", () => {
    fc.assert(
      fc.property(
        anyShape,
        fc.string(),
        fc.array(fc.nat(), { minLength: 5 }),
        (shape, seed, asked) => {
          const make = () =>
            shapedSchedule(shape, poissonArrivals(seed, ordersOf(shape), shape.total));
          const one = make();
          for (const each of asked) {
            const n = each % one.orders;
            one.ordersDue(each % shape.durationMs);
            expect(one.intendedMs(n)).toBe(make().intendedMs(n));
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

it("one stage at one rate is the steady schedule", () => {
  const shaped = shapedSchedule(
    stagedShape([{ durationMs: 60_000, from: 700, to: 700 }]),
    evenArrivals,
  );
  const steady = steadySchedule(700, 60_000);
  expect(shaped.orders).toBe(steady.orders);
  for (const n of [0, 1, 17, 20_000, 41_999])
    expect(shaped.intendedMs(n)).toBeCloseTo(steady.intendedMs(n), 6);
});

it("a ramp has half of the orders in its last 29 %, and its rate rises evenly", () => {
  const ramp = shapedSchedule(
    stagedShape([{ durationMs: 10_000, from: 0, to: 1_000 }]),
    evenArrivals,
  );
  expect(ramp.orders).toBe(5_000);
  expect(ramp.ordersDue(10_000 * Math.SQRT1_2)).toBe(2_501);
  expect(ramp.ratePerSecondIn(4_000, 6_000)).toBeCloseTo(500, 6);
  expect(ramp.ratePerSecondIn(9_000, 9_000)).toBeCloseTo(900, 0);
});

describe("ten million arrivals", () => {
  const rate = 10_000;
  const shape = stagedShape([{ durationMs: 1_000_000, from: rate, to: rate }]);
  const orders = 10_000_000;

  it("do not drift: the last is due where rate and number say", () => {
    const even = shapedSchedule(shape, evenArrivals);
    expect(even.orders).toBe(orders);
    expect(even.intendedMs(orders - 1)).toBeCloseTo(((orders - 1) * 1_000) / rate, 6);
    expect(even.ordersDue(even.intendedMs(7_654_321))).toBe(7_654_322);
  });

  it("of customers who know nothing of each other lie as a Poisson process does", () => {
    const poisson = shapedSchedule(shape, poissonArrivals("s", orders, shape.total));
    // Where order n is due varies by √n distances at most some times: no drift either.
    for (const n of [1_000_000, 5_000_000, 9_000_000])
      expect(Math.abs(poisson.intendedMs(n) - n / 10)).toBeLessThan((5 * Math.sqrt(n)) / 10);
    // Distances are exponential: a mean of one, a variance of one, e⁻¹ of them above the mean.
    const seen = 100_000;
    let before = poisson.intendedMs(4_000_000);
    let [sum, squares, above] = [0, 0, 0];
    for (let n = 4_000_001; n <= 4_000_000 + seen; n++) {
      const now = poisson.intendedMs(n);
      const gap = (now - before) * 10;
      before = now;
      sum += gap;
      squares += gap * gap;
      if (gap > 1) above++;
    }
    expect(sum / seen).toBeGreaterThan(0.98);
    expect(sum / seen).toBeLessThan(1.02);
    expect(squares / seen).toBeGreaterThan(1.9);
    expect(squares / seen).toBeLessThan(2.1);
    expect(above / seen).toBeGreaterThan(0.36);
    expect(above / seen).toBeLessThan(0.375);
  });

  it("of two seeds are not the same, of one seed are", () => {
    const at = (seed: string) => poissonArrivals(seed, orders, shape.total).position(123_456);
    expect(at("a")).toBe(at("a"));
    expect(at("a")).not.toBe(at("b"));
  });
});
