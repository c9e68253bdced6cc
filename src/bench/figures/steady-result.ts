import type { MachineJson } from "./bench-result.ts";
import { spreadOf } from "./statistics.ts";
import type { SteadyBenchJson, SteadyRateJson, SteadyWorkloadJson } from "./steady-json.ts";
import type { SteadyWindow } from "./steady-window.ts";

export interface SteadyRuns {
  readonly beganAt: Date;
  readonly runs: number;
  readonly seconds: number;
  /** Of each rate before the first run. */
  readonly warmUpSeconds: number;
  /** Of each measurement before what counts. */
  readonly leadInSeconds: number;
  /** By run, then in the order in which they were made. */
  readonly windows: readonly (readonly SteadyWindow[])[];
  /** What is not as it must be in the tables. */
  readonly problems: readonly string[];
  readonly machine: MachineJson;
  readonly workload: SteadyWorkloadJson;
  readonly notes: readonly string[];
}

/** Pure: medians of all runs. */
export function steadyResult(found: SteadyRuns): SteadyBenchJson {
  const results = found.workload.rates_per_second.map((rate) => rateResult(rate, found.windows));
  const problems = [
    ...results
      .filter(({ orders_lost: lost }) => lost > 0)
      .map(
        ({ rate_per_second: rate, orders_lost: lost }) =>
          `${rate}/s: ${lost} acknowledged orders were not committed`,
      ),
    ...found.problems,
  ];
  return {
    bench: "steady",
    began_at: found.beganAt.toISOString(),
    runs: found.runs,
    seconds_per_run: found.seconds,
    exact: problems.length === 0,
    problems,
    delivered: results.every(({ delivered }) => delivered),
    workload: found.workload,
    machine: found.machine,
    results,
    method: steadyMethod(found),
    notes: found.notes,
  };
}

function rateResult(rate: number, runs: readonly (readonly SteadyWindow[])[]): SteadyRateJson {
  const windows = runs.flatMap((run) => run.filter(({ ratePerSecond }) => ratePerSecond === rate));
  const figure = (of: (window: SteadyWindow) => number) => spreadOf(windows.map(of));
  const shortfalls = windows.flatMap((window, run) =>
    window.shortfalls.map((shortfall) => `run ${run + 1}: ${shortfall}`),
  );
  return {
    rate_per_second: rate,
    orders: windows.reduce((sum, { orders }) => sum + orders, 0),
    orders_lost: windows.reduce((sum, { lost }) => sum + lost, 0),
    achieved_per_second: figure(({ achievedPerSecond }) => achievedPerSecond),
    produce_to_commit_ms: {
      p50: figure(({ commitMs }) => commitMs.p50),
      p95: figure(({ commitMs }) => commitMs.p95),
      p99: figure(({ commitMs }) => commitMs.p99),
      max: figure(({ commitMs }) => commitMs.max),
    },
    produce_to_ack_ms: {
      p50: figure(({ ackMs }) => ackMs.p50),
      p99: figure(({ ackMs }) => ackMs.p99),
    },
    send_lateness_ms: { p99: figure(({ sendLatenessMs }) => sendLatenessMs.p99) },
    delivered: shortfalls.length === 0,
    shortfalls,
  };
}

function steadyMethod(found: SteadyRuns): readonly string[] {
  const { runs, seconds, warmUpSeconds, leadInSeconds, workload } = found;
  const several = workload.rates_per_second.length > 1;
  return [
    "Orders are due at even distances and leave when they are due, whether or not others have been answered; they go straight onto the topic, as the API writes them (acks=all, one produce request under way). Latency counts from when an order was due: waiting of any kind is in it, the load generator's own too (coordinated omission).",
    `The consumer is a process of its own, the one that \`orders consume\` runs, with the strategy ${workload.strategy}. It notes for each order when it saw the transaction committed, and hands the notes over after the load has ended. Both processes read the machine's one monotonic clock.`,
    `Figures are medians of ${runs} ${runs === 1 ? "run" : "runs"} of ${seconds} s each. Before the first run each rate ran for ${warmUpSeconds} s, and each measurement began with ${leadInSeconds} s at its rate; neither is counted.${several ? " Each run measures all rates, every other run in the opposite order." : ""} The load, Kafka, PostgreSQL and the consumer share the machine.`,
    "p50 to max are of the orders of one run, then the median over the runs; max is the slowest order of a run.",
    "At the end every order is reconciled: it must be there exactly once, reserved, and the stock must agree.",
  ];
}
