import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type LagSample,
  lagAt,
  lostAt,
  type Positions,
  partitionLags,
  timeToDrain,
  totalLag,
} from "../../../../../src/runtime/kafka/lag/lag-report.ts";

const known = (...next: number[]): Positions => ({ next: new Map(next.entries()), unknown: null });
const unknown: Positions = { next: new Map(), unknown: "not there" };

function sample(atMs: number, highs: number[], group: Positions, database: Positions): LagSample {
  const ranges = highs.map((high, partition) => ({ partition, low: 0, high }));
  const members = { groupState: "Stable", groupType: "classic", members: [] } as const;
  return { atMs, ranges, ...members, group, database, ownDatabase: undefined, standing: [] };
}

function total(now: LagSample, before?: LagSample) {
  return totalLag(partitionLags(now, before), now, before);
}

describe("lagAt", () => {
  const range = { partition: 0, low: 10, high: 30 };

  it("counts what is not read, also what was deleted before it was", () => {
    expect([lagAt(range, 10), lostAt(range, 10)]).toEqual([20, 0]);
    expect([lagAt(range, 30), lostAt(range, 30)]).toEqual([0, 0]);
    expect([lagAt(range, 3), lostAt(range, 3)]).toEqual([27, 7]);
    const emptied = { partition: 0, low: 40, high: 40 };
    expect([lagAt(emptied, 6), lostAt(emptied, 6)]).toEqual([34, 34]);
  });

  it("is not known without a position, or with one of another log; nothing to read is 0 for certain", () => {
    expect(lagAt(range, undefined)).toBeNull();
    expect(lagAt(range, 31)).toBeNull();
    expect(lagAt({ partition: 0, low: 7, high: 7 }, undefined)).toBe(0);
    expect(lagAt({ partition: 0, low: 7, high: 7 }, 9)).toBeNull();
  });
});

describe("rates", () => {
  it("come from two samples, the database's before the group's", () => {
    const before = sample(0, [100, 100], known(0, 0), known(50, 50));
    const now = sample(2_000, [200, 100], known(0, 0), known(150, 60));
    expect(partitionLags(now, before)[0]).toMatchObject({
      placed_per_second: 50,
      decided_per_second: 50,
      database_lag: 50,
      group_lag: 200,
    });
    expect(total(now, before)).toMatchObject({
      placed_per_second: 50,
      decided_per_second: 55,
      decided_from: "database",
      seconds_to_drain: 90 / 5,
    });
    const without = { ...now, database: unknown };
    expect(total(without, before)).toMatchObject({ decided_from: "group", database_lag: null });
  });

  it("are not known from one sample, nor where an offset went backwards", () => {
    const now = sample(1_000, [100], known(10), known(10));
    expect(total(now)).toMatchObject({
      placed_per_second: null,
      decided_per_second: null,
      database_lag: 90,
      drain: "unknown",
    });
    const before = sample(0, [500], known(20), known(20));
    expect(total(now, before)).toMatchObject({ placed_per_second: null, decided_per_second: null });
  });

  it("make no sum of a part: at least that much is said instead", () => {
    const now = sample(0, [100, 100], known(40), unknown);
    expect(total(now)).toMatchObject({ group_lag: null, group_lag_at_least: 60 });
  });

  it("count all of a partition that no consumer of the database ever took over", () => {
    const now = sample(0, [100, 100], known(100, 100), known(40));
    expect(total(now)).toMatchObject({ group_lag: 0, database_lag: 160 });
  });

  it("never say drained of what was lost", () => {
    const now = { ...sample(0, [40], known(6), known(6)) };
    const emptied = { ...now, ranges: [{ partition: 0, low: 40, high: 40 }] };
    expect(total(emptied)).toMatchObject({ database_lag: 34, database_lost: 34, drain: "lost" });
    expect(total({ ...emptied, database: unknown })).toMatchObject({
      group_lost: 34,
      drain: "lost",
    });
  });

  it("never show a lag or a sum below 0, nor a sum that leaves an unknown out", () => {
    const positions = fc.array(fc.option(fc.nat(200), { nil: undefined }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 4 }), positions, (highs, offsets) => {
        const next = new Map(
          [...offsets.entries()].flatMap(([p, o]) => (o === undefined ? [] : [[p, o]])),
        );
        const now = sample(0, highs, unknown, { next, unknown: null });
        const lags = partitionLags(now, undefined).map((each) => each.database_lag);
        const sum = total(now);
        expect(lags.every((lag) => lag === null || lag >= 0)).toBe(true);
        expect(sum.database_lag === null).toBe(lags.includes(null));
        expect(sum.database_lag_at_least).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("timeToDrain", () => {
  it("divides the lag by what is decided beyond what is placed, and says why it cannot", () => {
    expect(timeToDrain(100, 60, 10)).toEqual({ seconds_to_drain: 2, drain: "draining" });
    expect(timeToDrain(0, null, null)).toEqual({ seconds_to_drain: 0, drain: "drained" });
    expect(timeToDrain(100, 10, 10)).toEqual({ seconds_to_drain: null, drain: "standing" });
    expect(timeToDrain(100, 10, 60)).toEqual({ seconds_to_drain: null, drain: "growing" });
    expect(timeToDrain(null, 10, 5)).toEqual({ seconds_to_drain: null, drain: "unknown" });
    expect(timeToDrain(100, null, 5)).toEqual({ seconds_to_drain: null, drain: "unknown" });
  });
});
