import fc from "fast-check";
import { expect, it } from "vitest";
import { atOnceSchedule } from "../../../../src/load/schedule/at-once-schedule.ts";
import { inGroups } from "../../../../src/load/schedule/in-groups.ts";
import { parseSchedule } from "../../../../src/load/schedule/parse-schedule.ts";
import { partOf } from "../../../../src/load/schedule/part-of.ts";
import type { Schedule } from "../../../../src/load/schedule/schedule.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";
import { withWarmUp } from "../../../../src/load/schedule/with-warm-up.ts";

const schedules = fc.oneof(
  fc
    .tuple(fc.integer({ min: 50, max: 3_000 }), fc.integer({ min: 500, max: 2_000 }))
    .map(([rate, ms]) => steadySchedule(rate, ms)),
  fc
    .record({ rate: fc.integer({ min: 50, max: 2_000 }), seed: fc.string() })
    .map(({ rate, seed }) =>
      parseSchedule({ stages: `1s@0..${rate},500ms@${rate}`, arrivals: "poisson" }, seed),
    ),
  fc.integer({ min: 30, max: 2_000 }).map(atOnceSchedule),
);

/** Schedules of whole groups, some with a warm-up, and into how many parts they go. */
const cases = fc
  .record({
    schedule: schedules,
    groupSize: fc.constantFrom(1, 1, 3, 7),
    warmUpRate: fc.option(fc.integer({ min: 10, max: 500 })),
    of: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ schedule, groupSize, warmUpRate, of }) => {
    const grouped = (each: Schedule) => (groupSize === 1 ? each : inGroups(each, groupSize));
    const whole =
      warmUpRate === null
        ? grouped(schedule)
        : withWarmUp(grouped(schedule), grouped(steadySchedule(warmUpRate, 1_000)));
    return { whole, groupSize, of };
  });

function partsOf({ whole, groupSize, of }: { whole: Schedule; groupSize: number; of: number }) {
  return Array.from({ length: of }, (_, index) => partOf(whole, { index, of, groupSize }));
}

it("the parts have each order of the whole once, each when it was due, groups unbroken", () => {
  fc.assert(
    fc.property(cases, (each) => {
      const owners: number[] = [];
      const wrong: string[] = [];
      for (const [index, part] of partsOf(each).entries()) {
        expect(part.durationMs).toBe(each.whole.durationMs);
        for (let n = 0; n < part.orders; n++) {
          const number = part.numberOf(n);
          if (owners[number] !== undefined) wrong.push(`${number} is in two parts`);
          owners[number] = index;
          if (part.intendedMs(n) !== each.whole.intendedMs(number))
            wrong.push(`${number} is due at ${part.intendedMs(n)}`);
          if (n > 0 && number <= part.numberOf(n - 1)) wrong.push(`${number} is out of order`);
        }
      }
      for (let number = 0; number < each.whole.orders; number++) {
        const first = number - (number % each.groupSize);
        if (owners[number] === undefined) wrong.push(`${number} is in no part`);
        if (owners[number] !== owners[first]) wrong.push(`${number} left its group`);
      }
      expect(wrong).toEqual([]);
      expect(owners).toHaveLength(each.whole.orders);
    }),
    { numRuns: 40 },
  );
});

it("at any moment as many are due as of the whole, and a part knows its own by its times", () => {
  fc.assert(
    fc.property(cases, fc.double({ min: -1_200, max: 2_500, noNaN: true }), (each, ms) => {
      const parts = partsOf(each);
      const due = parts.map((part) => part.ordersDue(ms));
      expect(due.reduce((a, b) => a + b)).toBe(each.whole.ordersDue(ms));
      for (const [at, part] of parts.entries()) {
        const count = due[at] ?? 0;
        if (ms >= part.durationMs) expect(count).toBe(part.orders);
        else {
          if (count > 0) expect(part.intendedMs(count - 1)).toBeLessThanOrEqual(ms);
          if (count < part.orders) expect(part.intendedMs(count)).toBeGreaterThan(ms);
        }
      }
    }),
    { numRuns: 100 },
  );
});

it("the warm-up is shared like the rest, and rates add up", () => {
  const whole = withWarmUp(steadySchedule(100, 1_000), steadySchedule(50, 500));
  const parts = partsOf({ whole, groupSize: 1, of: 3 });
  expect(parts.map(({ warmUp }) => warmUp)).toEqual([
    { orders: 9, durationMs: 500 },
    { orders: 8, durationMs: 500 },
    { orders: 8, durationMs: 500 },
  ]);
  const rates = parts.map((part) => part.ratePerSecondIn(0, 1_000));
  expect(rates.reduce((a, b) => a + b)).toBeCloseTo(100, 9);
});

it("no part is empty", () => {
  expect(() => partOf(atOnceSchedule(2), { index: 0, of: 3, groupSize: 1 })).toThrow(
    /3 instances cannot share 2 orders/,
  );
});
