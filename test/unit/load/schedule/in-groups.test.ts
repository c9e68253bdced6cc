import fc from "fast-check";
import { expect, it } from "vitest";
import { inGroups } from "../../../../src/load/schedule/in-groups.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";

const rates = fc.integer({ min: 1, max: 5_000 });

it("makes whole groups of orders that are due together, when the last of them was", () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 2, max: 60 }), fc.nat(2_000), (rate, size, at) => {
      const single = steadySchedule(rate, 2_000);
      fc.pre(single.orders >= size);
      const grouped = inGroups(single, size);
      expect(grouped.orders).toBe(single.orders - (single.orders % size));
      const n = at % grouped.orders;
      const last = n - (n % size) + size - 1;
      expect(grouped.intendedMs(n)).toBe(single.intendedMs(last));
      const due = grouped.ordersDue(at);
      expect(due % size).toBe(0);
      if (due > 0) expect(grouped.intendedMs(due - 1)).toBeLessThanOrEqual(at);
      if (due < grouped.orders && at < 2_000) expect(grouped.intendedMs(due)).toBeGreaterThan(at);
      expect(grouped.ordersDue(2_000)).toBe(grouped.orders);
      const offered = (grouped.ratePerSecondIn(0, 2_000) * 2_000) / 1_000;
      expect(Math.abs(offered - grouped.orders)).toBeLessThan(1);
    }),
  );
});

it("refuses to send nothing", () => {
  expect(() => inGroups(steadySchedule(10, 1_000), 11)).toThrow(/do not fill a request of 11/);
});
