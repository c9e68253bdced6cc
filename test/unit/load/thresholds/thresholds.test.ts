import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { describe, expect, it, test } from "vitest";
import { Failure } from "../../../../src/failure/failure.ts";
import { noCounts } from "../../../../src/load/counts.ts";
import type { Slice } from "../../../../src/load/slice.ts";
import { metrics } from "../../../../src/load/thresholds/metrics.ts";
import { parseThresholds } from "../../../../src/load/thresholds/parse-threshold.ts";
import {
  ThresholdJudge,
  thresholdExitCode,
} from "../../../../src/load/thresholds/threshold-judge.ts";

function histogram(ms: readonly number[]): string {
  const made = build({ numberOfSignificantValueDigits: 3, useWebAssembly: false });
  for (const each of ms) made.recordValue(Math.round(each * 1_000));
  return encodeIntoCompressedBase64(made);
}

function slice(second: number, of: Partial<Slice> = {}): Slice {
  return {
    second,
    counts: { ...noCounts(), offered: 10, sent: 10, acked: 10 },
    histograms: {},
    answers: [],
    gauges: {},
    ...of,
  };
}

function judge(texts: readonly string[], slices: readonly Slice[], end = {}) {
  const judged = new ThresholdJudge(parseThresholds(texts));
  for (const each of slices) judged.slice(each);
  return judged.judge(end);
}

const states = (texts: readonly string[], slices: readonly Slice[], end = {}) =>
  judge(texts, slices, end).map(({ state }) => state);

describe("what is asked", () => {
  it.each([
    ["response_p99>100ms", { metric: "response_p99", comparison: ">", bound: 100 }],
    ["error_rate > 0.1%", { metric: "error_rate", bound: 0.001 }],
    ["lag_max>100,000 for 5m", { metric: "lag_max", bound: 100_000, forSeconds: 300 }],
    ["acked_rate<5k/s", { metric: "acked_rate", comparison: "<", bound: 5_000 }],
    ["schedule_lag_p999>=500us", { metric: "schedule_lag_p999", comparison: ">=", bound: 0.5 }],
    ["response_max>1.5s", { bound: 1_500 }],
  ])("%s", (text, expected) => {
    expect(parseThresholds([text])[0]).toMatchObject(expected);
  });

  it.each([
    ["respons_p99>100ms", "did you mean response_p99?"],
    ["response_p99>100", "has no unit"],
    ["error_rate>0.1", "per cent"],
    ["lag_max>10ms", "wrong unit"],
    ["response_p99=100ms", "is no threshold"],
    ["response_p99>", "is no threshold"],
    ["end_to_end_p99>1s for 5s", "no value for each second"],
    ["lag_max>5 for 0s", "must be from"],
    ["", "is no threshold"],
  ])("refuses %s", (text, said) => {
    try {
      parseThresholds([text]);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      const { kind, message, remedy } = error as Failure;
      expect(kind).toBe("usage");
      expect(`${message} ${remedy}`).toContain(said);
    }
  });

  it("reference stands for five", () => {
    expect(parseThresholds(["reference"]).map(({ metric }) => metric)).toEqual([
      ...["lag_max", "database_p99", "lock_wait_mean", "network_share_max", "error_rate"],
    ]);
  });

  it("no two metrics share a name", () => {
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
  });
});

describe("what is found", () => {
  test("a percentile is of all orders, not a mean of seconds", () => {
    const fast = Array.from({ length: 99 }, () => 1);
    const slices = [
      slice(0, { histograms: { response: histogram(fast) } }),
      slice(1, { histograms: { response: histogram([1_000]) } }),
    ];
    expect(states(["response_p99>100ms", "response_max>100ms"], slices)).toEqual([
      "held",
      "crossed",
    ]);
  });

  test("what was not measured is no pass", () => {
    const judged = judge(["reference"], [slice(0)]);
    expect(judged.map(({ state }) => state)).toEqual([
      ...["not_measured", "not_measured", "not_measured", "not_measured", "held"],
    ]);
    expect(thresholdExitCode(judged)).toBe(3);
  });

  test("a warm-up is judged by nobody", () => {
    const bad = { counts: { ...noCounts(), offered: 10, failed: 10 } };
    expect(states(["error_rate>0%"], [slice(-1, bad), slice(0)])).toEqual(["held"]);
  });

  test("for: only seconds in a row count, a missing sample ends no row", () => {
    const lag = (second: number, value?: number) =>
      slice(second, { gauges: value === undefined ? {} : { lag: value } });
    const text = ["lag_max>5 for 3s"];
    expect(
      states(
        text,
        [9, 9, 1, 9, 9].map((v, s) => lag(s, v)),
      ),
    ).toEqual(["held"]);
    expect(
      states(
        text,
        [1, 9, 9, 9, 1].map((v, s) => lag(s, v)),
      ),
    ).toEqual(["crossed"]);
    expect(
      states(
        text,
        [9, 9, undefined, 9].map((v, s) => lag(s, v)),
      ),
    ).toEqual(["crossed"]);
    expect(
      states(
        text,
        [undefined, undefined].map((v, s) => lag(s, v)),
      ),
    ).toEqual(["not_measured"]);
  });

  test("for: a run shorter than that has passed only if it never crossed", () => {
    const lag = (value: number) => [slice(0, { gauges: { lag: value } })];
    expect(states(["lag_max>5 for 5m"], lag(9))).toEqual(["not_measured"]);
    expect(states(["lag_max>5 for 5m"], lag(1))).toEqual(["held"]);
  });

  test("lock waits are all waiting over all transactions", () => {
    const slices = [
      slice(0, { gauges: { lock_wait_ms: 600, transactions: 1 } }),
      slice(1, { gauges: { lock_wait_ms: 0, transactions: 11 } }),
    ];
    const [found] = judge(["lock_wait_mean>50ms"], slices);
    expect(found).toMatchObject({ state: "held", value: 50 });
  });

  test("end to end comes with the end; crossing is exit 6, with what was not seen 3", () => {
    const endToEnd = histogram([2_000]);
    const crossed = judge(["end_to_end_p50>1s"], [slice(0)], { endToEnd });
    expect(crossed[0]).toMatchObject({ state: "crossed" });
    expect(thresholdExitCode(crossed)).toBe(6);
    const both = judge(["end_to_end_p50>1s", "lag_max>1"], [slice(0)], { endToEnd });
    expect(thresholdExitCode(both)).toBe(3);
  });

  test("a load that offered nothing has no error rate", () => {
    expect(states(["error_rate>0%"], [slice(0, { counts: noCounts() })])).toEqual(["not_measured"]);
  });
});
