import { exitCodeOf, worstExitCode } from "../../failure/failure.ts";
import { type Closing, exitRow } from "../../report/closing-block.ts";
import type { KeptFigure } from "../../report/html/kept-figures.ts";
import type { DrainBenchJson, ReserveBenchJson } from "../figures/bench-result.ts";
import type { SteadyBenchJson } from "../figures/steady-json.ts";
import { count, extremes, ms, ratio } from "./figures.ts";

/** What a bench comes to, for the block at its end and for the next bench to be held against. */
export interface BenchSummary {
  /** A word and a sentence each. */
  readonly rows: readonly (readonly [string, string])[];
  readonly figures: readonly KeptFigure[];
  /** Why it is not good, with the exit code of each reason. */
  readonly failures: readonly Ending[];
}

export interface Ending {
  readonly exitCode: number;
  readonly reason: string;
}

const inexact = { exitCode: exitCodeOf.violation, reason: "a measurement was not exact" };

/** Pure. */
export function reserveSummary({ results, exact }: ReserveBenchJson): BenchSummary {
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  return {
    rows: scenarios.flatMap((scenario) => {
      const [best] = results
        .filter((each) => each.scenario === scenario && !each.inexact)
        .toSorted((a, b) => b.orders_per_second.median - a.orders_per_second.median);
      if (best === undefined) return [];
      const { strategy, orders_per_second: rate, ratio_to_floor: share } = best;
      const text = `${strategy} ${count(rate.median)} orders/s (${extremes(rate)}), ${ratio(share.median)} of the COPY floor`;
      return [[scenario, text] as const];
    }),
    figures: results.map(({ strategy, scenario, orders_per_second: { median } }) => ({
      ...{ name: `${strategy} (${scenario})`, unit: "orders/s", value: median },
    })),
    failures: exact ? [] : [inexact],
  };
}

/** Pure. */
export function drainSummary(result: DrainBenchJson): BenchSummary {
  const { orders_per_second: rate, ratio_to_floor: share, exact, strategy } = result;
  const text = `${strategy} ${count(rate.median)} orders/s (${extremes(rate)}), ${ratio(share.median)} of the COPY floor`;
  return {
    rows: [["drained", text]],
    figures: [{ name: `drain (${strategy})`, unit: "orders/s", value: rate.median }],
    failures: exact ? [] : [inexact],
  };
}

/** Pure. */
export function steadySummary({ results, exact, delivered }: SteadyBenchJson): BenchSummary {
  const rates = results.map(({ rate_per_second: rate, produce_to_commit_ms: { p50, p99 } }) => ({
    ...{ name: `${count(rate)}/s`, p50: p50.median, p99: p99.median },
  }));
  return {
    rows: rates.map(({ name, p50, p99 }) => [name, `p50 ${ms(p50)}, p99 ${ms(p99)} to commit`]),
    figures: rates.flatMap(({ name, p50, p99 }) => [
      { name: `p50 at ${name}`, unit: "ms", value: p50 },
      { name: `p99 at ${name}`, unit: "ms", value: p99 },
    ]),
    failures: [
      ...(exact ? [] : [inexact]),
      ...(delivered
        ? []
        : [
            {
              exitCode: exitCodeOf.undelivered,
              reason: "the load was not delivered at the asked rate",
            },
          ]),
    ],
  };
}

/**
 * Pure: the block at the end.
 * @param more what went wrong besides measuring.
 */
export function benchClosing(
  { rows, failures }: BenchSummary,
  warnings: readonly string[],
  more: readonly Ending[] = [],
): Closing & { readonly exitCode: number } {
  const all = [...failures, ...more];
  const exitCode = worstExitCode(all.map((each) => each.exitCode));
  const good = failures.length === 0;
  const tone = !good ? "bad" : warnings.length + more.length > 0 ? "open" : "good";
  return {
    exitCode,
    tone,
    headline: good
      ? "Measured, and reconciled: each order exactly once"
      : `Measured, but ${failures.map(({ reason }) => reason).join(", and ")}`,
    rows: [
      ...rows,
      ...warnings.map((text) => ["warning", text] as const),
      exitRow(
        exitCode,
        all.map(({ reason }) => reason),
      ),
    ],
  };
}
