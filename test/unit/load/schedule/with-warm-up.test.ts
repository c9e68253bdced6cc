import { expect, it } from "vitest";
import { parseLoadRequest } from "../../../../src/load/load-request.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";
import { withWarmUp } from "../../../../src/load/schedule/with-warm-up.ts";

it("the warm-up's orders are due before 0, the others as without it", () => {
  const main = steadySchedule(100, 2_000);
  const both = withWarmUp(main, steadySchedule(50, 1_000));
  expect(both).toMatchObject({ orders: 250, durationMs: 2_000, warmUp: { orders: 50 } });
  expect(both.intendedMs(0)).toBe(-1_000);
  expect(both.intendedMs(49)).toBeCloseTo(-20, 9);
  for (const n of [0, 1, 199]) expect(both.intendedMs(50 + n)).toBe(main.intendedMs(n));
  expect([-1_001, -1_000, -0.001, 0, 10, 2_000].map((ms) => both.ordersDue(ms))).toEqual([
    ...[0, 1, 50, 51, 52, 250],
  ]);
  expect(both.ratePerSecondIn(-500, -100)).toBe(50);
  expect(both.ratePerSecondIn(-500, 100)).toBe(100);
});

it("is asked for by a time, at the rate with which the load begins, in whole requests", () => {
  const asked = { timeout: "1s", warmUp: "2s", duration: "4s" };
  const { schedule } = parseLoadRequest({ ...asked, rate: "100" });
  expect(schedule).toMatchObject({ orders: 600, warmUp: { orders: 200, durationMs: 2_000 } });
  const grouped = parseLoadRequest({ ...asked, rate: "100", perRequest: 7 }).schedule;
  expect(grouped.warmUp?.orders).toBe(196);
  expect(grouped.orders).toBe(196 + 399);
  expect(() => parseLoadRequest({ ...asked, warmUp: "soon", rate: "5" })).toThrow(/--warm-up/);
});
