import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectGarbage } from "../../../src/bench/measure/collect-garbage.ts";
import { noCounts, settled } from "../../../src/load/counts.ts";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { judgeDelivery } from "../../../src/load/judge-delivery.ts";
import type { LoadOptions } from "../../../src/load/load-options.ts";
import { parseWorkload } from "../../../src/load/parse-workload.ts";
import { type LoadResult, runLoad } from "../../../src/load/run-load.ts";
import { steadySchedule } from "../../../src/load/schedule/steady-schedule.ts";
import { withWarmUp } from "../../../src/load/schedule/with-warm-up.ts";
import type { Slice } from "../../../src/load/slice.ts";
import {
  type Answer,
  type Attempt,
  abandoned,
  type LoadTarget,
  orderStates,
} from "../../../src/load/target.ts";
import { createWorkload, type PlannedOrder } from "../../../src/load/workload.ts";

/** A target in memory: what it does with each order is the test's to say. */
function target(handle: (attempt: Attempt) => void): LoadTarget {
  return {
    kind: "http",
    address: "memory",
    sentTo: "memory",
    send(attempt) {
      let wasSent = false;
      handle({
        order: attempt.order,
        sent() {
          wasSent = true;
          attempt.sent();
        },
        answered: (answer) => attempt.answered(answer),
      });
      return { abandon: (why) => abandoned(why, wasSent) };
    },
    async close() {},
  };
}

function options(rate: number, durationMs: number, more: Partial<LoadOptions> = {}): LoadOptions {
  return {
    schedule: steadySchedule(rate, durationMs),
    workload: createWorkload(parseWorkload({ seed: "s", runId: "r" })),
    maxInFlight: 10_000,
    timeoutMs: 10_000,
    ...more,
  };
}

function sumOfSeries(result: LoadResult) {
  const sum = noCounts();
  for (const second of result.series) {
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += second[key];
  }
  return sum;
}

const acked: Answer = { state: "acked", kind: "202" };

describe("runLoad", () => {
  it("adds up whatever becomes of the orders: at once, later, twice, late or never", async () => {
    const fates = fc.constantFrom("now", "later", "twice", "never sent", "never answered");
    const outcome = fc.tuple(fates, fc.constantFrom(...orderStates.filter((s) => s !== "dropped")));
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        async (outcomes, maxInFlight) => {
          const memory = target((attempt) => {
            const [fate, state] = outcomes[attempt.order.sequence % outcomes.length] ?? [
              "now",
              "acked",
            ];
            const answer: Answer = { state, kind: fate };
            if (fate === "never sent") return;
            attempt.sent();
            if (fate === "never answered") return;
            if (fate === "later") setImmediate(() => attempt.answered(answer));
            else attempt.answered(answer);
            if (fate === "twice") attempt.answered(answer);
          });
          const told: string[] = [];
          const result = await runLoad(options(5_000, 20, { maxInFlight, timeoutMs: 40 }), memory, {
            onSettled: ({ orderId }) => told.push(orderId),
          });
          expect(result.counts.offered).toBe(100);
          expect(settled(result.counts)).toBe(100);
          expect(sumOfSeries(result)).toEqual(result.counts);
          expect(told).toHaveLength(100);
          expect(new Set(told).size).toBe(100);
          const answers = result.answers.reduce((sum, each) => sum + each.count, 0);
          expect(answers).toBe(100);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("keeps the schedule although nothing is answered, then gives every order up as unknown", async () => {
    const result = await runLoad(
      options(1_000, 100, { timeoutMs: 1_500 }),
      target((attempt) => attempt.sent()),
    );
    expect(result.counts).toEqual({ ...noCounts(), offered: 100, sent: 100, unknown: 100 });
    expect(result.answers).toEqual([{ state: "unknown", kind: "timeout", count: 100 }]);
    expect(judgeDelivery(result).exitCode).toBe(5);
  });

  it("fails what never left, and only that", async () => {
    const result = await runLoad(
      options(1_000, 50, { timeoutMs: 1_500 }),
      target(() => {}),
    );
    expect(result.counts).toEqual({ ...noCounts(), offered: 50, failed: 50 });
    expect(result.answers[0]?.kind).toBe("timeout before it was sent");
  });

  it("drops what is due beyond the in-flight limit, with its own reason", async () => {
    const held: Attempt[] = [];
    const memory = target((attempt) => {
      attempt.sent();
      held.push(attempt);
    });
    const result = await runLoad(
      options(1_000, 50, { maxInFlight: 7, timeoutMs: 60_000 }),
      memory,
      {
        onProgress({ counts, inFlight }) {
          expect(inFlight).toBeLessThanOrEqual(7);
          if (counts.offered === 50) for (const attempt of held.splice(0)) attempt.answered(acked);
        },
      },
    );
    expect(result.counts).toEqual({ ...noCounts(), offered: 50, sent: 7, acked: 7, dropped: 43 });
    expect(result.answers).toContainEqual({ state: "dropped", kind: "in-flight limit", count: 43 });
    // Of a generator that others kept from running it would say so instead: no matter here.
    const generator = { ...result.generator, loopDelayMsMax: 0, cpuShare: 0, coreWaitShare: 0 };
    expect(judgeDelivery({ ...result, generator }).verdict).toBe("undelivered");
  });

  it("times an order from when it was due, not from when it was sent", async () => {
    const blockedMs = 60;
    let second: HistoryEntry | undefined;
    const result = await runLoad(
      options(1_000, 100, { timeoutMs: 60_000 }),
      target((attempt) => {
        if (attempt.order.sequence === 0) {
          const end = performance.now() + blockedMs;
          while (performance.now() < end);
        }
        attempt.sent();
        attempt.answered(acked);
      }),
      {
        onSettled(entry, sequence) {
          if (sequence === 1) second = entry;
        },
      },
    );
    expect(result.responseMs.max).toBeGreaterThanOrEqual(blockedMs - 1);
    // Order 1 was due at 1 ms and could leave at 60 ms only: its wait is latency.
    expect((second?.answeredAtMs ?? 0) - (second?.intendedAtMs ?? 0)).toBeGreaterThan(
      blockedMs - 5,
    );
    expect(result.counts.acked).toBe(100);
  });

  it("drops what could only leave later than the timeout, instead of running on for ever", async () => {
    const result = await runLoad(
      options(1_000, 300, { timeoutMs: 50 }),
      target((attempt) => {
        const end = performance.now() + 20;
        while (performance.now() < end);
        attempt.sent();
        attempt.answered(acked);
      }),
    );
    expect(result.counts.dropped).toBeGreaterThan(0);
    expect(result.answers.map((each) => each.kind)).toContain("too late to send");
    expect(settled(result.counts)).toBe(300);
  });

  it("changes its share of the accepted orders, once each, and keeps what came of it", async () => {
    const spec = { seed: "s", runId: "r", payShare: "30%", cancelShare: "20%" };
    const refused: Answer = { state: "failed", kind: "409" };
    const asked: string[] = [];
    const memory = target((attempt) => {
      attempt.sent();
      const { sequence, orderId } = attempt.order;
      if (sequence % 10 === 0) {
        attempt.answered({ state: "failed", kind: "400" });
        return;
      }
      attempt.answered({
        ...acked,
        change(change) {
          asked.push(orderId);
          change.sent();
          if (sequence % 10 > 1) change.answered(sequence % 10 === 2 ? refused : acked);
          return { abandon: (why) => abandoned(why, true) };
        },
      });
    });
    const workload = createWorkload(parseWorkload(spec));
    const history: HistoryEntry[] = [];
    const result = await runLoad(options(2_000, 500, { workload, timeoutMs: 2_000 }), memory, {
      onSettled: (entry) => history.push(entry),
    });
    expect(result.counts).toMatchObject({ offered: 1_000, sent: 1_000, acked: 900, failed: 100 });
    expect(new Set(history.map(({ orderId }) => orderId)).size).toBe(1_000);
    const changed = history.filter(({ change }) => change !== undefined);
    expect(changed.map(({ orderId }) => orderId).sort()).toEqual([...asked].sort());
    for (const { key, change, state } of changed) {
      const n = Number(key.slice(key.lastIndexOf("-") + 1));
      expect([state, change?.name]).toEqual(["acked", workload.order(n).change]);
      const expected = { 1: "timeout", 2: "409" }[n % 10] ?? "202";
      expect([n, change?.kind]).toEqual([n, expected]);
    }
    const share = (name: string) =>
      changed.filter(({ change }) => change?.name === name).length / 900;
    expect(share("pay")).toBeCloseTo(0.3, 1);
    expect(share("cancel")).toBeCloseTo(0.2, 1);
    expect(result.changes.reduce((sum, each) => sum + each.count, 0)).toBe(changed.length);
  });

  it("warms up with real orders that are told of and marked, and in no figure", async () => {
    const told: HistoryEntry[] = [];
    const slices: Slice[] = [];
    const answers: (() => void)[] = [];
    const memory = target((attempt) => {
      attempt.sent();
      // The last of the warm-up is answered when the figures have begun.
      if (attempt.order.sequence === 99) answers.push(() => attempt.answered(acked));
      else attempt.answered(acked);
      if (attempt.order.sequence === 110) for (const answer of answers) answer();
    });
    const schedule = withWarmUp(steadySchedule(100, 500), steadySchedule(100, 1_000));
    const result = await runLoad(options(100, 500, { schedule }), memory, {
      onSettled: (entry) => told.push(entry),
      onSlice: (slice) => slices.push(slice),
    });
    expect(result.planned).toBe(50);
    expect(result.counts).toMatchObject({ offered: 50, sent: 50, acked: 50 });
    expect(result.responseMs.count).toBe(50);
    expect(sumOfSeries(result)).toEqual(result.counts);
    expect(judgeDelivery(result).sentence).toContain("50 of 50");
    expect(told).toHaveLength(150);
    expect(told.filter(({ warmUp }) => warmUp === true)).toHaveLength(100);
    expect(
      told.every((each) => (each.warmUp === true) === each.intendedAtMs < result.startedAtMs),
    ).toBe(true);
    expect(slices.map(({ second }) => second).slice(0, 2)).toEqual([-1, 0]);
    // On a busy machine the last of them leave when the second is over: then they are in no slice.
    expect(slices[0]?.counts.offered).toBeLessThanOrEqual(100);
    expect(slices[0]?.counts.acked).toBeLessThan(100);
    const after = slices.slice(1).reduce((sum, { counts }) => sum + counts.acked, 0);
    expect(after).toBe(50);
  });

  it("stops early at the signal, with counts that add up", async () => {
    const controller = new AbortController();
    const result = await runLoad(
      options(1_000, 60_000),
      target((attempt) => {
        attempt.sent();
        attempt.answered(acked);
        if (attempt.order.sequence === 20) controller.abort();
      }),
      { signal: controller.signal },
    );
    expect(result.end).toBe("stopped");
    expect(result.planned).toBe(60_000);
    expect(result.counts.offered).toBeGreaterThanOrEqual(21);
    expect(result.counts.offered).toBe(result.counts.acked);
  });

  it("offers nothing when the signal came before it began", async () => {
    const result = await runLoad(
      options(10, 1_000),
      target(() => {}),
      {
        signal: AbortSignal.abort(),
      },
    );
    expect(result.counts).toEqual(noCounts());
    expect(judgeDelivery(result).exitCode).toBe(5);
  });

  it("holds no order that it has told of", async () => {
    const told: WeakRef<HistoryEntry>[] = [];
    const orders: WeakRef<PlannedOrder>[] = [];
    let held = Number.NaN;
    const memory = target((attempt) => {
      orders.push(new WeakRef(attempt.order));
      attempt.sent();
      attempt.answered(acked);
    });
    await runLoad(options(1_000, 600), memory, {
      onSettled: (entry) => told.push(new WeakRef(entry)),
      onProgress() {
        collectGarbage();
        held = [...told, ...orders].filter((each) => each.deref() !== undefined).length;
      },
    });
    expect(told).toHaveLength(600);
    expect(held).toBeLessThan(10);
  });

  it("ends with an error of the target's code, instead of hanging or taking the process down", async () => {
    const broken = target(() => {
      throw new Error("broken");
    });
    await expect(runLoad(options(10, 1_000), broken)).rejects.toThrow("broken");
  });
});
