import { describe, expect, it } from "vitest";
import { drainResult } from "../../../../src/bench/figures/drain-result.ts";
import { floorOf } from "../../../../src/bench/figures/floor.ts";
import { reserveResult, type StrategyRun } from "../../../../src/bench/figures/reserve-result.ts";
import { drainJson, reserveJson } from "../show/results.ts";

const floors = [100, 200].flatMap((rate) => [
  { kind: "floor", connections: 1, rate } as const,
  { kind: "floor", connections: 4, rate: 150 } as const,
]);

function run(of: Partial<StrategyRun>): StrategyRun {
  return {
    kind: "strategy",
    strategy: "batch",
    scenario: "spread",
    messages: 100,
    lines: 100,
    seconds: 1,
    retries: 1,
    complete: true,
    waits: { count: 2, seconds: 0.5 },
    reconciled: { reserved: 100, rejected: 0, givenUp: 0, lostPieces: 0, problems: [] },
    ...of,
  };
}

const { workload, machine } = reserveJson();
const common = {
  ...{ beganAt: new Date(0), runs: 2, machine, workload, checkpoints: true, notes: [] },
  ...{ measureMaxMs: 1_000, latencies: new Map(), scenarios: ["spread", "three-lines"] as const },
};

it("takes in each run the better floor", () => {
  expect(floorOf(floors, 4).better_rows_per_second.runs).toEqual([150, 200]);
  expect(
    floorOf(
      floors.filter(({ connections }) => connections === 1),
      1,
    ),
  ).toMatchObject({
    better_rows_per_second: { runs: [100, 200] },
    many_connections_rows_per_second: { runs: [100, 200] },
  });
});

describe("reserveResult", () => {
  it("compares run by run: with the floor by lines, orders of three lines with spread by lines", () => {
    const measured = [
      ...floors,
      run({}),
      run({ seconds: 0.5 }),
      run({ scenario: "three-lines", lines: 300, seconds: 2 }),
      run({ scenario: "three-lines", lines: 300, seconds: 2 }),
    ];
    const { results, exact } = reserveResult({ ...common, strategies: ["batch"], measured });
    expect(exact).toBe(true);
    expect(results).toMatchObject([
      {
        scenario: "spread",
        orders_per_second: { runs: [100, 200] },
        ratio_to_floor: { runs: [100 / 150, 1] },
        ratio_to_spread: { runs: [1, 1] },
        retries: 2,
        lock_waits: { count: 4, seconds: 1 },
      },
      {
        scenario: "three-lines",
        orders_per_second: { runs: [50, 50] },
        lines_per_second: { runs: [150, 150] },
        ratio_to_floor: { runs: [1, 0.75] },
        ratio_to_spread: { runs: [1.5, 0.75] },
      },
    ]);
  });

  it("is wrong where an exact strategy was, and shows what naive lost without being wrong", () => {
    const reconciled = { ...run({}).reconciled, lostPieces: 7, problems: ["7 pieces lost"] };
    const result = (strategy: string) =>
      reserveResult({
        ...{ ...common, scenarios: ["spread"], runs: 1, strategies: [strategy] },
        measured: [...floors.slice(0, 2), run({ strategy, reconciled })],
      });
    expect(result("batch")).toMatchObject({
      exact: false,
      problems: ["batch, spread: 7 pieces lost"],
    });
    expect(result("naive")).toMatchObject({
      exact: true,
      results: [{ inexact: true, lost_pieces: 7 }],
    });
  });
});

describe("drainResult", () => {
  const drain = {
    kind: "drain" as const,
    seconds: 2,
    secondsToFirst: 0.2,
    secondsFromStart: 4,
    cpu: { node: 1, kafka: undefined, postgresql: 3 },
    memoryPeakBytes: 100,
    problems: [],
  };
  const found = {
    ...{ ...common, strategy: "batch", orders: 200, lines: 400, connections: 4 },
    workload: drainJson().workload,
  };

  it("gives rates, CPU per 100,000 orders, and the ratio of lines to rows", () => {
    const measured = [...floors, drain, { ...drain, seconds: 4 }];
    expect(drainResult({ ...found, measured })).toMatchObject({
      exact: true,
      orders_per_second: { runs: [100, 50] },
      lines_per_second: { runs: [200, 100] },
      orders_per_second_from_start: { runs: [50, 50] },
      ratio_to_floor: { runs: [200 / 150, 0.5] },
      cpu_seconds_per_100000_orders: {
        node: { median: 500 },
        kafka: null,
        postgresql: { median: 1_500 },
      },
    });
  });

  it("is wrong where one run was", () => {
    const measured = [...floors, drain, { ...drain, problems: ["an order is missing"] }];
    expect(drainResult({ ...found, measured })).toMatchObject({
      exact: false,
      problems: ["run 2: an order is missing"],
    });
  });
});
