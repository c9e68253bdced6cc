import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planEpoch } from "../../../../src/stock/reset/plan-epoch.ts";

const position = { partition: 0, low: 0, high: 10, stored: undefined, committed: undefined };

describe("planEpoch", () => {
  it("begins at the end of the log where everything is decided", () => {
    expect(planEpoch([{ ...position, stored: 10 }])).toEqual({
      logOffsets: { "0": 10 },
      behind: [],
      messagesBehind: 0,
    });
  });

  it("begins where the consumers go on, which is before the end while they are behind", () => {
    const plan = planEpoch([
      { ...position, stored: 7 },
      { ...position, partition: 1, stored: 10 },
    ]);
    expect(plan.logOffsets).toEqual({ "0": 7, "1": 10 });
    expect(plan.behind).toEqual([{ partition: 0, messages: 3 }]);
    expect(plan.messagesBehind).toBe(3);
  });

  it("begins after messages that were placed and decided since the log's end was read", () => {
    expect(planEpoch([{ ...position, stored: 12 }])).toMatchObject({
      logOffsets: { "0": 12 },
      messagesBehind: 0,
    });
  });

  it("believes the database before Kafka, Kafka before nothing", () => {
    expect(planEpoch([{ ...position, stored: 10, committed: 4 }]).messagesBehind).toBe(0);
    expect(planEpoch([{ ...position, committed: 4 }]).messagesBehind).toBe(6);
    expect(planEpoch([position]).messagesBehind).toBe(10);
  });

  it("does not count what the log no longer has", () => {
    expect(planEpoch([{ ...position, low: 8, stored: 2 }])).toMatchObject({
      logOffsets: { "0": 8 },
      messagesBehind: 2,
    });
  });

  it("never begins before the log does, and counts every message between", () => {
    const offset = fc.option(fc.nat(100), { nil: undefined });
    const any = fc.record({
      low: fc.nat(50),
      length: fc.nat(50),
      stored: offset,
      committed: offset,
    });
    fc.assert(
      fc.property(any, ({ low, length, stored, committed }) => {
        const high = low + length;
        const plan = planEpoch([{ partition: 3, low, high, stored, committed }]);
        const begin = plan.logOffsets["3"] ?? -1;
        expect(begin).toBeGreaterThanOrEqual(low);
        expect(plan.messagesBehind).toBe(Math.max(0, high - begin));
      }),
    );
  });
});
