import { describe, expect, it } from "vitest";
import type { EndToEnd } from "../../../../src/load/end-to-end/measure-end-to-end.ts";
import { judgeDelivery } from "../../../../src/load/judge-delivery.ts";
import type { LoadResult } from "../../../../src/load/run-load.ts";
import { type Backlog, judgeTry, type TryFigures } from "../../../../src/load/search/judge-try.ts";
import type { JudgedThreshold } from "../../../../src/load/thresholds/threshold-judge.ts";
import { loadResult } from "../load-result.ts";

const all = { offered: 1_000, sent: 1_000, acked: 1_000, failed: 0, unknown: 0, dropped: 0 };
const times = (p99: number) => ({ count: 1_000, p50: 1, p90: 2, p99, p999: p99, max: p99 });
const drained: Backlog = { lag: 0, drainedMs: 20, unread: undefined };
const rows = (more: Partial<EndToEnd> = {}): EndToEnd => ({
  ...{ latencyMs: times(50), histogram: "", source: "commit_timestamp", missing: 0, unknown: 0 },
  ...{ committedPerSecond: [], impossible: 0, clock: { offsetMs: 0, uncertaintyMs: 0 }, ...more },
});

interface Seen extends Partial<TryFigures> {
  readonly load?: Partial<LoadResult>;
}

function judge({ load, ...seen }: Seen, reconcile = true) {
  const result = loadResult(all, { responseMs: times(20), ...load });
  return judgeTry(
    { kind: reconcile ? "hold" : "step", ratePerSecond: 100 },
    {
      ...{ result, delivered: judgeDelivery(result), thresholds: [], backlog: drained },
      ...{ endToEnd: reconcile ? rows() : undefined, ...seen },
    },
    { durationMs: 20_000, sloMs: 100, reconcile },
  );
}

function threshold(state: JudgedThreshold["state"]): JudgedThreshold {
  const asked = { text: "lag_max>5", metric: "lag_max", comparison: ">", bound: 5 } as const;
  return {
    ...{ threshold: { ...asked, forSeconds: undefined }, state, value: undefined },
    ...{ crossedSeconds: undefined, from: "" },
  };
}

describe("a rate that was tried", () => {
  it("holds where all of it does, read or not asked for", () => {
    expect(judge({})).toMatchObject({ verdict: "held", reasons: [] });
    expect(judge({}, false).verdict).toBe("held");
    const unread = { lag: undefined, drainedMs: undefined, unread: "no such group" };
    expect(judge({ backlog: unread }).verdict).toBe("held");
  });

  it.each<[string, Seen, RegExp]>([
    ["was not delivered", { load: { achievedRatePerSecond: 90 } }, /90\/s achieved/],
    ["was answered late", { load: { responseMs: times(101) } }, /p99 101 ms, and 100 ms is asked/],
    ["crossed a threshold", { thresholds: [threshold("crossed")] }, /lag_max>5 is crossed/],
    [
      "left a backlog for too long",
      { backlog: { lag: 4_000, drainedMs: 2_100, unread: undefined } },
      /4,000 messages behind at its end, drained in 2\.10 s; 2\.00 s is allowed/,
    ],
    ["had its rows late", { endToEnd: rows({ latencyMs: times(2_001) }) }, /rows came late/],
  ])("does not hold where its load %s", (_, seen, why) => {
    const { verdict, reasons } = judge(seen);
    expect(verdict).toBe("not_held");
    expect(reasons.join("; ")).toMatch(why);
  });

  it.each<[string, Seen, string]>([
    ["orders have no rows", { endToEnd: rows({ missing: 3 }) }, "not_reconciled"],
    ["nobody could look", { endToEnd: undefined }, "not_reconciled"],
    ["a threshold was not measured", { thresholds: [threshold("not_measured")] }, "not_measured"],
    [
      "the backlog stays",
      { backlog: { lag: 9, drainedMs: undefined, unread: undefined } },
      "backlog",
    ],
    ["it was stopped", { load: { end: "stopped" } }, "stopped"],
    [
      "the generator was the limit",
      { load: { achievedRatePerSecond: 90, generator: { loopDelayMsMax: 5, cpuShare: 0.99 } } },
      "invalid",
    ],
    [
      "nobody answers",
      { load: { counts: { ...all, acked: 0, failed: 1_000 }, unreachable: 1_000 } },
      "unreachable",
    ],
  ])("ends the search where %s", (_, seen, verdict) => {
    const judged = judge(seen);
    expect(judged.verdict).toBe(verdict);
    expect(judged.reasons).not.toHaveLength(0);
  });
});
