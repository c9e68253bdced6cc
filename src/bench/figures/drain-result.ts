import type { FigureJson } from "../../report/html/figure.ts";
import type { DrainBenchJson, MachineJson, WorkloadJson } from "./bench-result.ts";
import { type FloorMeasured, floorOf } from "./floor.ts";
import { ratios, spreadOf } from "./statistics.ts";

/** One measurement, in the order in which they were made. */
export type DrainMeasured = FloorMeasured | DrainRun;

interface DrainRun {
  readonly kind: "drain";
  readonly seconds: number;
  readonly secondsToFirst: number;
  readonly secondsFromStart: number;
  /** CPU seconds. */
  readonly cpu: Readonly<Record<"node" | "kafka" | "postgresql", number | undefined>>;
  readonly memoryPeakBytes: number | undefined;
  readonly problems: readonly string[];
}

export interface DrainRuns {
  readonly strategy: string;
  readonly beganAt: Date;
  readonly runs: number;
  readonly measured: readonly DrainMeasured[];
  readonly orders: number;
  readonly lines: number;
  /** Of the floor with many. */
  readonly connections: number;
  readonly machine: MachineJson;
  readonly workload: WorkloadJson;
  readonly checkpoints: boolean;
  readonly notes: readonly string[];
}

/** Pure: medians and ratios of all runs. */
export function drainResult(found: DrainRuns): DrainBenchJson {
  const { beganAt, runs, measured, orders, lines } = found;
  const drains = measured.filter((each) => each.kind === "drain");
  const floor = floorOf(
    measured.filter((each) => each.kind === "floor"),
    found.connections,
  );
  // A strategy that is there to lose updates does so here, too: then the bench says so, and is no pass.
  const problems = drains.flatMap((drain, run) =>
    drain.problems.map((problem) => `run ${run + 1}: ${problem}`),
  );
  const linesPerSecond = drains.map(({ seconds }) => lines / seconds);
  const per100000 = (seconds: number) => (100_000 * seconds) / orders;
  return {
    bench: "drain",
    strategy: found.strategy,
    began_at: beganAt.toISOString(),
    runs,
    exact: problems.length === 0,
    problems,
    workload: found.workload,
    machine: found.machine,
    floor,
    seconds: spreadOf(drains.map(({ seconds }) => seconds)),
    orders_per_second: spreadOf(drains.map(({ seconds }) => orders / seconds)),
    lines_per_second: spreadOf(linesPerSecond),
    seconds_to_first: spreadOf(drains.map(({ secondsToFirst }) => secondsToFirst)),
    seconds_from_start: spreadOf(drains.map(({ secondsFromStart }) => secondsFromStart)),
    orders_per_second_from_start: spreadOf(
      drains.map(({ secondsFromStart }) => orders / secondsFromStart),
    ),
    ratio_to_floor: ratios(linesPerSecond, floor.better_rows_per_second.runs) ?? spreadOf([]),
    cpu_seconds_per_100000_orders: {
      node: known(
        drains.map(({ cpu }) => cpu.node),
        per100000,
      ),
      kafka: known(
        drains.map(({ cpu }) => cpu.kafka),
        per100000,
      ),
      postgresql: known(
        drains.map(({ cpu }) => cpu.postgresql),
        per100000,
      ),
    },
    consumer_memory_peak_bytes: known(
      drains.map(({ memoryPeakBytes }) => memoryPeakBytes),
      (bytes) => bytes,
    ),
    method: drainMethod(found),
    notes: found.notes,
  };
}

/** Unknown once is unknown: a median of the other runs would be of other runs than the rest. */
function known(
  values: readonly (number | undefined)[],
  convert: (value: number) => number,
): FigureJson | null {
  const found = values.filter((value) => value !== undefined);
  return found.length === values.length ? spreadOf(found.map(convert)) : null;
}

function drainMethod({ strategy, workload, checkpoints, runs }: DrainRuns): readonly string[] {
  const processes = workload.instances === 1 ? "a process" : `${workload.instances} processes`;
  return [
    `All orders were on the topic before the clock started. \`orders consume --until-caught-up\`, ${processes} started anew for each run with a group of its own, drained them with the strategy ${strategy}.`,
    "The clock starts when PostgreSQL first shows the offsets of an assigned partition, which is just before the first fetch, and stops when the stored offsets, which stand in the orders' own transactions, reach the end of the log; asked every 10 ms. From start: the same from the start of the process.",
    `Figures are medians of ${runs} ${runs === 1 ? "run" : "runs"}, after a warm-up that is not counted; every other run goes through floor and drain backwards. Ratios are of the same run.`,
    `Before each measurement all tables were truncated and inventory filled anew and vacuumed${checkpoints ? ", then a CHECKPOINT" : "; no CHECKPOINT, which this user may not do"}. The orders table begins empty; autovacuum is as the server has it.`,
    "Floor: COPY of the same rows, by ascending id, one transaction on each connection; same table, same server settings.",
    "CPU: utime and stime of /proc/<pid>/stat, children included, from the first assignment to the last order's transaction; Kafka and PostgreSQL where they are this stack's own processes. Memory: VmHWM of the largest consumer process.",
    "After each run every order is reconciled: it must be there exactly once, and the stock must agree.",
  ];
}
