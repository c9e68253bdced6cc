import type { LatencyHistogram } from "../../report/latency-histogram.ts";
import type {
  MachineJson,
  ReserveBenchJson,
  ReserveVariantJson,
  WorkloadJson,
} from "./bench-result.ts";
import { type FloorMeasured, floorOf } from "./floor.ts";
import type { ScenarioName } from "./scenarios.ts";
import { ratios, spreadOf } from "./statistics.ts";

/** One measurement, in the order in which they were made. */
export type Measured = FloorMeasured | StrategyRun;

export interface StrategyRun {
  readonly kind: "strategy";
  readonly strategy: string;
  readonly scenario: ScenarioName;
  readonly messages: number;
  readonly lines: number;
  readonly seconds: number;
  readonly retries: number;
  readonly complete: boolean;
  readonly waits: { readonly count: number; readonly seconds: number };
  readonly reconciled: {
    readonly reserved: number;
    readonly rejected: number;
    readonly givenUp: number;
    readonly lostPieces: number;
    readonly problems: readonly string[];
  };
}

export interface ReserveRuns {
  /** In the order of the table. */
  readonly strategies: readonly string[];
  readonly scenarios: readonly ScenarioName[];
  readonly beganAt: Date;
  readonly runs: number;
  readonly measured: readonly Measured[];
  readonly latencies: ReadonlyMap<string, LatencyHistogram>;
  readonly machine: MachineJson;
  readonly workload: WorkloadJson;
  readonly measureMaxMs: number;
  readonly checkpoints: boolean;
  readonly notes: readonly string[];
}

/** Made to lose updates: what the reconciliation finds of it is its result, not the bench's. */
const inexactStrategies: readonly string[] = ["naive"];

/** Pure: medians and ratios of all runs. */
export function reserveResult(found: ReserveRuns): ReserveBenchJson {
  const { beganAt, runs, measured, workload, machine } = found;
  const floor = floorOf(
    measured.filter((each) => each.kind === "floor"),
    workload.workers,
  );
  const strategyRuns = measured.filter((each) => each.kind === "strategy");
  const groups = byVariant(strategyRuns);
  const results = found.scenarios.flatMap((scenario) =>
    found.strategies.map((strategy) => {
      const key = `${strategy} ${scenario}`;
      return variantOf(strategy, scenario, groups.get(key) ?? [], {
        floor: floor.better_rows_per_second.runs,
        spread: groups.get(`${strategy} spread`),
        latencies: found.latencies.get(key),
      });
    }),
  );
  const problems = strategyRuns
    .filter(({ strategy }) => !inexactStrategies.includes(strategy))
    .flatMap(({ strategy, scenario, reconciled }) =>
      reconciled.problems.map((problem) => `${strategy}, ${scenario}: ${problem}`),
    );
  return {
    bench: "reserve",
    began_at: beganAt.toISOString(),
    runs,
    exact: problems.length === 0,
    problems,
    workload,
    machine,
    floor,
    results,
    method: reserveMethod(found),
    notes: found.notes,
  };
}

function byVariant(runs: readonly StrategyRun[]): ReadonlyMap<string, readonly StrategyRun[]> {
  const groups = new Map<string, StrategyRun[]>();
  for (const run of runs) {
    const key = `${run.strategy} ${run.scenario}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return groups;
}

function variantOf(
  strategy: string,
  scenario: ScenarioName,
  group: readonly StrategyRun[],
  others: {
    readonly floor: readonly number[];
    readonly spread: readonly StrategyRun[] | undefined;
    readonly latencies: LatencyHistogram | undefined;
  },
): ReserveVariantJson {
  const { latencies } = others;
  const sum = (value: (run: StrategyRun) => number) =>
    group.reduce((total, run) => total + value(run), 0);
  // Orders of three lines are worth what their lines are.
  const comparable = scenario === "three-lines" ? linesPerSecond : ordersPerSecond;
  const lines = group.map(linesPerSecond);
  return {
    strategy,
    scenario,
    inexact: inexactStrategies.includes(strategy),
    orders_per_second: spreadOf(group.map(ordersPerSecond)),
    lines_per_second: spreadOf(lines),
    ratio_to_floor: ratios(lines, others.floor) ?? spreadOf([]),
    ratio_to_spread: ratios(group.map(comparable), others.spread?.map(comparable)) ?? null,
    transaction_ms: {
      p50: latencies?.percentileMs(50) ?? 0,
      p99: latencies?.percentileMs(99) ?? 0,
    },
    transactions: latencies?.count ?? 0,
    retries: sum((run) => run.retries),
    lock_waits: {
      count: sum((run) => run.waits.count),
      seconds: sum((run) => run.waits.seconds),
    },
    complete: group.every((run) => run.complete),
    reserved: sum((run) => run.reconciled.reserved),
    rejected: sum((run) => run.reconciled.rejected),
    given_up: sum((run) => run.reconciled.givenUp),
    lost_pieces: sum((run) => run.reconciled.lostPieces),
  };
}

function ordersPerSecond({ messages, seconds }: StrategyRun): number {
  return messages / seconds;
}

function linesPerSecond({ lines, seconds }: StrategyRun): number {
  return lines / seconds;
}

function reserveMethod({
  workload,
  measureMaxMs,
  checkpoints,
  runs,
}: ReserveRuns): readonly string[] {
  return [
    `Without Kafka: the works of up to ${workload.batch} messages, as the batcher hands them over, were made in memory before the clock started; ${workload.workers} were in flight at a time, a partition in at most one of them.`,
    `Figures are medians of ${runs} ${runs === 1 ? "run" : "runs"}, after a warm-up that is not counted; every other run goes through the variants backwards. Ratios are of the same run.`,
    `Before each measurement all tables were truncated and filled anew, and inventory and consumer_offsets vacuumed${checkpoints ? ", then a CHECKPOINT" : "; no CHECKPOINT, which this user may not do"}. The orders table begins empty; autovacuum is as the server has it.`,
    `A measurement begins no work after ${measureMaxMs / 1_000} s: a slower strategy is cut off, and its rate is that of what it decided.`,
    "Strategies that decide order by order get the same orders in works of at most 100. For the strategy spread, each product's stock is allotted to 16 slots beforehand.",
    "Floor: COPY of the rows of the spread load, by ascending id, one transaction on each connection; same table, same server settings.",
    "A transaction is timed from asking the pool for a connection to the answer of COMMIT. Retries are transactions begun again. p50 and p99 are over all runs; retries and lock waits are of all runs together.",
    "Lock waits are sampled every 10 ms from pg_stat_activity on a connection of its own: shorter ones are seen by chance only, so their count is a lower bound. The sampler runs during every measurement, the floor's too.",
    "After each measurement every order is reconciled: it must be there exactly once, and the stock must agree.",
  ];
}
