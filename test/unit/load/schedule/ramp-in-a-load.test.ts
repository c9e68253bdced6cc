import { expect, it } from "vitest";
import type { HistoryEntry } from "../../../../src/load/history.ts";
import type { LoadProgress } from "../../../../src/load/load-options.ts";
import { parseWorkload } from "../../../../src/load/parse-workload.ts";
import { runLoad } from "../../../../src/load/run-load.ts";
import type { Schedule } from "../../../../src/load/schedule/schedule.ts";
import type { LoadTarget } from "../../../../src/load/target.ts";
import { createWorkload } from "../../../../src/load/workload.ts";

/** A schedule that the product does not have: from nothing, the rate grows by the same every second. */
function ramp(growthPerSecond: number, durationMs: number): Schedule {
  const dueAt = (ms: number) => (growthPerSecond * (ms / 1_000) ** 2) / 2;
  const intendedMs = (n: number) => Math.sqrt((2 * (n + 1)) / growthPerSecond) * 1_000;
  const orders = Math.ceil(dueAt(durationMs)) - 1;
  return {
    orders,
    durationMs,
    ratePerSecond: (orders * 1_000) / durationMs,
    ratePerSecondIn: (fromMs, toMs) => (growthPerSecond * (fromMs + toMs)) / 2_000,
    intendedMs,
    ordersDue(elapsedMs) {
      if (elapsedMs >= durationMs) return orders;
      let count = 0;
      while (count < orders && intendedMs(count) <= elapsedMs) count++;
      return count;
    },
  };
}

const answersAtOnce: LoadTarget = {
  kind: "http",
  address: "memory",
  sentTo: "memory",
  send(attempt) {
    attempt.sent();
    attempt.answered({ state: "acked", kind: "202" });
    return { abandon: () => ({ state: "unknown", kind: "timeout" }) };
  },
  async close() {},
};

function rampUp(durationMs: number) {
  const schedule = ramp(1_000, durationMs);
  const workload = createWorkload(parseWorkload({ seed: "s", runId: "r" }));
  const limits = { maxInFlight: 10_000, timeoutMs: 10_000 };
  return { schedule, workload, ...limits };
}

it("runs a schedule of another shape to its end, each order when that says", async () => {
  const options = rampUp(1_000);
  const seen: LoadProgress[] = [];
  const history: HistoryEntry[] = [];
  const result = await runLoad(options, answersAtOnce, {
    onProgress: (each) => seen.push(each),
    onSettled: (entry) => history.push(entry),
  });
  expect(result.planned).toBe(499);
  expect(result.counts).toMatchObject({ offered: 499, sent: 499, acked: 499 });
  expect(history).toHaveLength(499);
  for (const [n, entry] of history.entries()) {
    expect(entry.intendedAtMs - result.startedAtMs).toBeCloseTo(options.schedule.intendedMs(n), 3);
    expect(entry.sentAtMs).toBeGreaterThanOrEqual(entry.intendedAtMs);
  }
  const targets = seen.map((each) => each.targetRatePerSecond);
  expect(targets).toEqual(targets.toSorted((a, b) => a - b));
  expect(result.targetRatePerSecond).toBe(500);
});

it("compares one that was stopped with what it had asked for until then", async () => {
  const result = await runLoad(rampUp(60_000), answersAtOnce, {
    signal: AbortSignal.timeout(700),
  });
  expect(result.end).toBe("stopped");
  expect(result.planned).toBe(1_799_999);
  expect(result.targetRatePerSecond).toBeCloseTo(result.durationMs / 2, 6);
  // Against the 30,000/s of the whole it would look like a load that was hardly delivered at all.
  expect(result.achievedRatePerSecond).toBeGreaterThan(0.8 * result.targetRatePerSecond);
});
