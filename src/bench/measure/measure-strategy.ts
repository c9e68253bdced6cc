import type { Database } from "../../ports/database.ts";
import type { StrategyName } from "../../ports/strategy-names.ts";
import type { LatencyHistogram } from "../../report/latency-histogram.ts";
import { createStrategy } from "../../reservation/strategies/create-strategy.ts";
import { permitNaive } from "../../runtime/postgres/tables/naive-permit.ts";
import type { StrategyRun } from "../figures/reserve-result.ts";
import type { ScenarioName } from "../figures/scenarios.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { decideWorks } from "./decide-works.ts";
import { freshTables } from "./fresh-tables.ts";
import type { LockWaitSampler } from "./lock-waits.ts";
import { observedDatabase } from "./observed-database.ts";
import type { Sandbox } from "./open-sandbox.ts";
import { reconcile } from "./reconcile.ts";
import { partitions, type WorksOf } from "./reserve-works.ts";
import { insertSlots } from "./sql/insert-slots.ts";

export interface StrategyBench {
  readonly sandbox: Sandbox;
  /** On which the strategies work. */
  readonly database: Database;
  readonly works: WorksOf;
  readonly sampler: LockWaitSampler;
  readonly workers: number;
  readonly signal: AbortSignal;
}

export interface StrategyMeasurement {
  readonly strategy: StrategyName;
  readonly scenario: ScenarioName;
  /** No work is begun later than this. */
  readonly maxMs: number;
  /** Takes the transactions' durations; undefined while warming up. */
  readonly latencies: LatencyHistogram | undefined;
}

/** One measurement of one strategy, and the reconciliation of what it left. */
export async function measureStrategy(
  { sandbox, database, works, sampler, workers, signal }: StrategyBench,
  { strategy: name, scenario, maxMs, latencies }: StrategyMeasurement,
): Promise<StrategyRun> {
  const observed =
    latencies === undefined ? database : observedDatabase(database, (ms) => latencies.record(ms));
  const strategy = createStrategy(name, observed);
  const arranged = works(scenario, strategy.unit);
  const { group, topic } = sandbox;
  await freshTables(sandbox.database, {
    stock: arranged.stock,
    offsets: { group, topic, partitions },
  });
  // The schema is made for it, and gone afterwards.
  if (name === "naive") await permitNaive(sandbox.database);
  if (name === "spread") await insertSlots(sandbox.database);
  collectGarbage();
  sampler.begin();
  const decided = await decideWorks(arranged, strategy, { workers, maxMs, signal });
  const waits = sampler.end();
  signal.throwIfAborted();
  const reconciled = await reconcile(sandbox.database, decided.contents, arranged.stock, {
    mayGiveUp: name === "nowait",
  });
  return { kind: "strategy", strategy: name, scenario, ...decided, waits, reconciled };
}
