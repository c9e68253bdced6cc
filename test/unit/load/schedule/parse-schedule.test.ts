import { describe, expect, it } from "vitest";
import { parseSchedule, type ScheduleText } from "../../../../src/load/schedule/parse-schedule.ts";

describe("what is asked", () => {
  it.each<[string, ScheduleText, { orders: number; durationMs: number }]>([
    ["a rate for a time", { rate: "100", duration: "10s" }, { orders: 1_000, durationMs: 10_000 }],
    ["so many at a rate", { rate: "100", orders: 250 }, { orders: 250, durationMs: 2_500 }],
    ["so many at once", { orders: 250 }, { orders: 250, durationMs: 1 }],
    [
      "a ramp before it",
      { rate: "100", duration: "10s", ramp: "4s" },
      { orders: 1_200, durationMs: 14_000 },
    ],
    ["stages", { stages: "30s@1000,1m@5000" }, { orders: 330_000, durationMs: 90_000 }],
    [
      "stages with ramps and a pause",
      { stages: "10s@0..100, 5s@0, 1s@1k" },
      { orders: 1_500, durationMs: 16_000 },
    ],
    [
      "random arrivals",
      { rate: "100", duration: "10s", arrivals: "poisson" },
      { orders: 1_000, durationMs: 10_000 },
    ],
  ])("%s", (_, text, expected) => {
    expect(parseSchedule(text, "seed")).toMatchObject(expected);
  });

  it.each<[ScheduleText, RegExp]>([
    [{}, /nothing says how fast/],
    [{ duration: "1s" }, /nothing says how fast/],
    [{ rate: "5" }, /nothing says how long/],
    [{ rate: "5", duration: "1s", orders: 5 }, /both say how long/],
    [{ orders: 5, arrivals: "poisson" }, /all due at once/],
    [{ orders: 0 }, /--orders must be/],
    [{ stages: "30s@1000", rate: "5" }, /say all of rate and time/],
    [{ stages: "30s@1000,5s" }, /is no stage/],
    [{ stages: "30s@fast" }, /--stages "fast" is not a number/],
    [{ stages: "30@1000" }, /has no unit/],
    [{ stages: "10s@0" }, /rate must be from/],
    [{ stages: "10s@0,5s@0" }, /no order is due/],
    [{ stages: "10s@1..300000" }, /stage's rate must be/],
    [{ stages: "20h@1,20h@1" }, /lasts from 1 ms to 24 hours/],
    [{ rate: "5", duration: "1s", ramp: "soon" }, /--ramp "soon"/],
  ])("refuses %j", (text, said) => {
    expect(() => parseSchedule(text, "seed")).toThrow(said);
  });
});
