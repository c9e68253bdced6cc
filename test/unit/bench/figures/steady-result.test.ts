import { describe, expect, it } from "vitest";
import { steadyResult } from "../../../../src/bench/figures/steady-result.ts";
import { steadyRuns, steadyWindowOf } from "../show/steady-runs.ts";

describe("steadyResult", () => {
  it("takes the median of the runs of each rate, in whatever order they were measured", () => {
    const result = steadyResult(
      steadyRuns([
        [steadyWindowOf(1_000, 4), steadyWindowOf(5_000, 10)],
        [steadyWindowOf(5_000, 30), steadyWindowOf(1_000, 6)],
        [steadyWindowOf(1_000, 5), steadyWindowOf(5_000, 20)],
      ]),
    );
    expect(result).toMatchObject({ exact: true, delivered: true, problems: [] });
    expect(
      result.results.map(({ rate_per_second: rate, produce_to_commit_ms: { p50 } }) => [
        rate,
        p50.median,
        p50.runs,
      ]),
    ).toEqual([
      [1_000, 5, [4, 6, 5]],
      [5_000, 20, [10, 30, 20]],
    ]);
    expect(result.results[0]?.orders).toBe(30_000);
  });

  it("is not exact when an order is lost, and says at which rate", () => {
    const result = steadyResult(
      steadyRuns([[steadyWindowOf(1_000, 4, { lost: 2 }), steadyWindowOf(5_000, 10)]]),
    );
    expect(result.exact).toBe(false);
    expect(result.problems).toEqual(["1000/s: 2 acknowledged orders were not committed"]);
  });

  it("is not delivered when one run of one rate was not", () => {
    const short = { shortfalls: ["4000.0 of 5000 orders/s left"] };
    const result = steadyResult(
      steadyRuns([
        [steadyWindowOf(1_000, 4), steadyWindowOf(5_000, 10)],
        [steadyWindowOf(5_000, 10, short), steadyWindowOf(1_000, 4)],
      ]),
    );
    expect(result).toMatchObject({ exact: true, delivered: false });
    expect(result.results.map(({ shortfalls }) => shortfalls)).toEqual([
      [],
      ["run 2: 4000.0 of 5000 orders/s left"],
    ]);
  });
});
