import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RaceRun } from "../../../src/audit/race/run-race.ts";
import { lostCounts } from "../../../src/audit/settle/lost-orders.ts";
import { openRaceBench, type RaceBench } from "./race-bench.ts";
import { dropUnlocked, lockFirst, slowly } from "./test-consumers.ts";

function decidedOnce({ checks }: RaceRun) {
  return checks.find(({ check }) => check === "accepted-decided-once");
}

/** Consumers of other people: the reference's tables, and offsets that say little or nothing. */
describe("a race against a consumer that keeps no offsets", () => {
  let bench: RaceBench;
  beforeEach(async () => {
    bench = await openRaceBench("reference");
  });
  afterEach(() => bench.close());

  it("is violated where it drops what it cannot lock, and names the lost orders", async () => {
    await bench.consume(dropUnlocked, 4, "never");
    const run = await bench.race({ rounds: 2, orders: 40 });
    expect(run.verdict, run.reason).toBe("violated");
    const finding = decidedOnce(run);
    expect(finding?.status).toBe("fail");
    expect(finding?.detail).toMatch(/of \d+ accepted orders \d+ have no outcome: .*lost by/);
    expect(finding?.examples[0]).toMatch(/^[0-9a-f-]{36} \(lost: (later-decided|idle-group)\)$/);
    const { wait } = run;
    const lost = wait === undefined ? new Map() : lostCounts(wait.lost, wait.undecided);
    expect([...lost.values()].reduce((sum, count) => sum + count, 0)).toBe(wait?.undecided);
    // What was sent to find out is part of the run, and decided.
    expect(run.counts.sent).toBe(40 + (wait?.probes.length ?? 0));
  });

  it("is consistent where it decides all, without waiting for offsets that never come", async () => {
    await bench.consume(lockFirst, 4, "never");
    const run = await bench.race();
    expect(run.verdict, run.reason).toBe("consistent");
    expect(run.wait).toMatchObject({ drained: true, probes: [] });
    expect(run.wait?.waitedMs).toBeLessThan(15_000);
  });

  it("is not violated where it is slower than the silence that was asked for", async () => {
    await bench.consume(slowly(2_500), 1, "never");
    const run = await bench.race({ rounds: 1, orders: 3, hold: false, timeoutMs: 30_000 });
    expect(decidedOnce(run)).toMatchObject({ status: "pass" });
    expect(run.verdict).not.toBe("violated");
    expect(run.wait?.slowestMs).toBeGreaterThan(1_000);
  });

  it("stays open where no order may be sent to find out, and where the wait is too short", async () => {
    const consumer = await bench.consume(slowly(15_000), 1, "never");
    const asked = await bench.race({ rounds: 1, orders: 2, hold: false, timeoutMs: 6_000 });
    expect(decidedOnce(asked)).toMatchObject({ status: "unknown" });
    expect(asked.wait?.probes.length).toBeGreaterThan(0);
    const silent = await bench.race({
      ...{ rounds: 1, orders: 2, hold: false, timeoutMs: 4_000, probe: false },
    });
    expect(decidedOnce(silent)).toMatchObject({ status: "unknown" });
    expect(silent.wait?.probes).toEqual([]);
    expect(silent.verdict).toBe("inconclusive");
    await consumer.stop();
  });
});

describe("a race against a consumer that keeps its offsets in Kafka", () => {
  let bench: RaceBench;
  beforeEach(async () => {
    bench = await openRaceBench("reference");
  });
  afterEach(() => bench.close());

  it("is violated by them where it drops orders, and sends no other", async () => {
    await bench.consume(dropUnlocked);
    const run = await bench.race({ rounds: 2, orders: 40 });
    expect(run.verdict, run.reason).toBe("violated");
    expect(decidedOnce(run)?.detail).toContain("lost by committed-offset");
    expect(run.wait?.probes).toEqual([]);
  });
});
