import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";

const schedules = fc
  .record({
    rate: fc.double({ min: 0.1, max: 200_000, noNaN: true }),
    durationMs: fc.double({ min: 1, max: 3_600_000, noNaN: true }),
  })
  .map(({ rate, durationMs }) => steadySchedule(rate, durationMs));

describe("steadySchedule", () => {
  it.each([
    [1_000, 10_000, 10_000],
    [0.1, 10_000, 1],
    [0.1, 70_000, 7],
    [0.3, 10_000, 3],
    [200_000, 1_000, 200_000],
    [3, 1_000, 3],
    [7, 100, 1],
  ])("has rate × duration orders: %d/s for %d ms is %d", (rate, durationMs, orders) => {
    expect(steadySchedule(rate, durationMs).orders).toBe(orders);
  });

  it.each([
    0,
    0.05,
    -1,
    200_001,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])("refuses the rate %d", (rate) => {
    expect(() => steadySchedule(rate, 1_000)).toThrow(/rate must be from/);
  });

  it("refuses a duration beyond a day", () => {
    expect(() => steadySchedule(1, 86_400_001)).toThrow(/from 1 ms to 24 hours/);
  });
});

describe("ordersDue", () => {
  it("never falls, and never exceeds the schedule", () => {
    fc.assert(
      fc.property(schedules, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, at) => {
        const earlier = schedule.ordersDue(at * schedule.durationMs);
        const later = schedule.ordersDue(at * schedule.durationMs + 0.7);
        expect(earlier).toBeGreaterThanOrEqual(1);
        expect(later).toBeGreaterThanOrEqual(earlier);
        expect(later).toBeLessThanOrEqual(schedule.orders);
      }),
    );
  });

  it("counts exactly the orders whose intended time has come: no drift at any rate or time", () => {
    fc.assert(
      fc.property(schedules, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, share) => {
        const n = Math.floor(share * (schedule.orders - 1));
        expect(schedule.ordersDue(schedule.intendedMs(n))).toBeGreaterThanOrEqual(n + 1);
        const justBefore = schedule.intendedMs(n) * (1 - 1e-12);
        if (n > 0 && justBefore < schedule.intendedMs(n)) {
          expect(schedule.ordersDue(justBefore)).toBe(n);
        }
      }),
    );
  });

  it("is complete at the end, and every order is due before it", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(schedule.ordersDue(schedule.durationMs)).toBe(schedule.orders);
        expect(schedule.intendedMs(schedule.orders - 1)).toBeLessThan(schedule.durationMs);
      }),
    );
  });

  it("is 1 at the start and 0 before it", () => {
    const schedule = steadySchedule(50, 1_000);
    expect(schedule.ordersDue(-0.001)).toBe(0);
    expect(schedule.ordersDue(0)).toBe(1);
    expect(schedule.ordersDue(19.999)).toBe(1);
    expect(schedule.ordersDue(20)).toBe(2);
  });
});
