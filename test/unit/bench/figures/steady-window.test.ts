import { describe, expect, it } from "vitest";
import { noOrderTimes } from "../../../../src/bench/figures/order-times.ts";
import { type SteadyHistory, steadyWindow } from "../../../../src/bench/figures/steady-window.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";

const startedAtMs = 1_700_000_000_000;
const startedAtClockMs = 5_000;

interface Sent {
  readonly sentAtMs: number | undefined;
  readonly acked: boolean;
}

/** 100/s for 2 s, of which the second counts. Each order leaves 1 ms late and is acked 3 ms after it was due. */
function steady(
  change: (n: number, dueMs: number) => Partial<Sent> = () => ({}),
  commitMs: (n: number) => number | undefined = () => 8,
): SteadyHistory {
  const schedule = steadySchedule(100, 2_000);
  const times = noOrderTimes(schedule.orders);
  for (let n = 0; n < schedule.orders; n++) {
    const dueMs = n * 10;
    const intendedAtMs = startedAtMs + dueMs;
    const sent: Sent = { sentAtMs: intendedAtMs + 1, acked: true, ...change(n, dueMs) };
    const committed = commitMs(n);
    if (sent.sentAtMs !== undefined) times.sentAtMs[n] = sent.sentAtMs;
    if (sent.acked) times.ackedAtMs[n] = intendedAtMs + 3;
    if (committed !== undefined) times.committedAtMs[n] = startedAtClockMs + dueMs + committed;
  }
  return {
    ...{ schedule, offered: schedule.orders, times },
    ...{ startedAtMs, startedAtClockMs, countedFromMs: 1_000 },
  };
}

describe("steadyWindow", () => {
  it("counts from when an order was due, on the consumer's clock and on our own", () => {
    const window = steadyWindow(steady());
    expect(window).toMatchObject({
      ...{ ratePerSecond: 100, seconds: 1, orders: 100, lost: 0, shortfalls: [] },
      achievedPerSecond: 100,
    });
    expect(window.commitMs.p50).toBeCloseTo(8, 1);
    expect(window.commitMs.max).toBeCloseTo(8, 1);
    expect(window.ackMs.p99).toBeCloseTo(3, 1);
    expect(window.sendLatenessMs.p99).toBeCloseTo(1, 1);
  });

  it("leaves out what was due before it counts, however slow it was", () => {
    const window = steadyWindow(steady(undefined, (n) => (n < 100 ? 500 : 8)));
    expect(window.commitMs.max).toBeCloseTo(8, 1);
  });

  it("tells percentiles apart", () => {
    const window = steadyWindow(steady(undefined, (n) => n - 99));
    expect(window.commitMs.p50).toBeCloseTo(50, 0);
    expect(window.commitMs.p95).toBeCloseTo(95, 0);
    expect(window.commitMs.p99).toBeCloseTo(99, 0);
    expect(window.commitMs.max).toBeCloseTo(100, 0);
  });

  it("calls an acknowledged order lost that was never committed, in the lead-in too", () => {
    const window = steadyWindow(steady(undefined, (n) => (n === 50 || n === 150 ? undefined : 8)));
    expect(window.lost).toBe(2);
    expect(window.shortfalls).toEqual([]);
  });

  it("does not call an order lost that Kafka never acknowledged, but the rate undelivered", () => {
    const window = steadyWindow(
      steady(
        (n) => (n === 150 ? { acked: false, sentAtMs: undefined } : {}),
        (n) => (n === 150 ? undefined : 8),
      ),
    );
    expect(window.lost).toBe(0);
    expect(window.shortfalls).toEqual(["Kafka acknowledged 99 of 100 orders"]);
  });

  it("finds a rate that was not reached because orders left late", () => {
    const late = (n: number, dueMs: number) =>
      n < 100 ? {} : { sentAtMs: startedAtMs + dueMs + (dueMs - 1_000) };
    const window = steadyWindow(steady(late));
    expect(window.achievedPerSecond).toBeLessThan(55);
    expect(window.shortfalls.join()).toMatch(/^5\d\.\d of 100 orders\/s left$/);
  });

  it("finds a load that ended early", () => {
    expect(steadyWindow({ ...steady(), offered: 150 }).shortfalls.join()).toContain(
      "150 of 200 orders were due before the load ended",
    );
  });
});
