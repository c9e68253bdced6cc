import { seededProducts } from "../../order/seeded-products.ts";
import type { Narrator } from "../../ports/narrator.ts";
import type { StrategyName } from "../../ports/strategy-names.ts";
import { LatencyHistogram } from "../../report/latency-histogram.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { ReserveBenchJson } from "../figures/bench-result.ts";
import { CopyRows } from "../figures/copy-rows.ts";
import { type Measured, reserveResult } from "../figures/reserve-result.ts";
import type { ScenarioName } from "../figures/scenarios.ts";
import { inOrderOfRun } from "../figures/statistics.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { openCopyFloor } from "./copy-floor.ts";
import { describeMachine } from "./describe-machine.ts";
import { freshTables } from "./fresh-tables.ts";
import { startLockWaitSampler } from "./lock-waits.ts";
import { measureStrategy } from "./measure-strategy.ts";
import { openSandbox, type Sandbox } from "./open-sandbox.ts";
import type { ReserveBenchOptions } from "./reserve-bench-options.ts";
import { partitions, rowsOf, worksOf } from "./reserve-works.ts";

type Variant =
  | { readonly kind: "floor"; readonly connections: number }
  | { readonly kind: "strategy"; readonly strategy: StrategyName; readonly scenario: ScenarioName };

const warmUpMaxMs = 1_500;
const closeWithinMs = 2_000;

/**
 * Measures strategies on works made in memory, in a schema of its own that is removed at the end,
 * whatever happens.
 * @throws Failure("environment") when the bench cannot have its schema; the signal's reason when aborted.
 */
export async function benchReserve(
  options: ReserveBenchOptions,
  narrator: Narrator,
): Promise<ReserveBenchJson> {
  const { signal } = options;
  const sandbox = await narrator.step("Making a schema for the bench", async (say) => {
    const made = await openSandbox("reserve", options.settings, { signal });
    say(made.schema);
    return made;
  });
  try {
    return await measureAll(sandbox, options, narrator);
  } catch (error) {
    // What was ended for the signal's sake fails in its own words.
    signal.throwIfAborted();
    throw error;
  } finally {
    await narrator.step("Removing the schema of the bench", () => sandbox.close());
  }
}

async function measureAll(
  sandbox: Sandbox,
  options: ReserveBenchOptions,
  narrator: Narrator,
): Promise<ReserveBenchJson> {
  const { settings, runs, strategies, scenarios, measureMaxMs, signal } = options;
  const { workers } = settings;
  const beganAt = new Date();
  const latencies = new Map<string, LatencyHistogram>();
  const measured: Measured[] = [];
  const database = openDatabase(sandbox.settings, {
    applicationName: sandbox.applicationName,
    // As the consumer's: one for each transaction in flight, and two.
    poolSize: Math.max(settings.poolSize, workers + 2),
  });
  const sampler = startLockWaitSampler(sandbox.settings, sandbox.applicationName);
  const copy = await openCopyFloor(sandbox.settings, sandbox.applicationName, workers);
  const works = worksOf(sandbox, options);
  let rows = new CopyRows();
  let checkpoints = true;

  async function measureFloor(connections: number) {
    checkpoints = await freshTables(sandbox.database, { stock: new Map(), offsets: undefined });
    collectGarbage();
    sampler.begin();
    const rate = await copy.measure(rows, connections);
    sampler.end();
    return { kind: "floor", connections, rate } as const;
  }

  async function measure(variant: Variant, isWarmUp: boolean): Promise<Measured> {
    if (variant.kind === "floor") return measureFloor(variant.connections);
    const bench = { sandbox, database, works, sampler, workers, signal };
    if (isWarmUp)
      return measureStrategy(bench, { ...variant, maxMs: warmUpMaxMs, latencies: undefined });
    const key = `${variant.strategy} ${variant.scenario}`;
    const known = latencies.get(key) ?? new LatencyHistogram();
    latencies.set(key, known);
    return measureStrategy(bench, { ...variant, maxMs: measureMaxMs, latencies: known });
  }

  try {
    rows = await narrator.step("Making the orders", async () => rowsOf(works("spread", "batch")));
    const variants: readonly Variant[] = [
      ...[...new Set([1, workers])].map((connections) => ({ kind: "floor", connections }) as const),
      ...scenarios.flatMap((scenario) =>
        strategies.map((strategy) => ({ kind: "strategy", strategy, scenario }) as const),
      ),
    ];
    // Run 0 warms up: connections, prepared statements, compiled code. It is not counted.
    for (let run = 0; run <= runs; run++) {
      for (const variant of inOrderOfRun(variants, run)) {
        signal.throwIfAborted();
        const title = `${run === 0 ? "Warming up" : `Run ${run} of ${runs}`}: ${nameOf(variant)}`;
        await narrator.step(title, async (say) => {
          const found = await measure(variant, run === 0);
          if (run > 0) measured.push(found);
          say(rateOf(found));
        });
      }
    }
    signal.throwIfAborted();
    return reserveResult({
      ...{ strategies, scenarios, beganAt, runs, measured, latencies, measureMaxMs, checkpoints },
      machine: await describeMachine(sandbox.database, undefined),
      workload: {
        orders: options.orders,
        lines_per_order: options.linesPerOrder,
        pieces_per_line: 1,
        customers: options.customers,
        products: seededProducts.length,
        ids: "UUIDv7",
        seed: options.seed,
        ...{ partitions, workers, batch: settings.batch, instances: 1 },
      },
      notes: sandbox.notes,
    });
  } finally {
    // What still runs is ended with the schema: whoever stops must not wait for a statement's timeout.
    await Promise.race([
      Promise.allSettled([database.close(), sampler.close(), copy.close()]),
      new Promise((resolve) => setTimeout(resolve, closeWithinMs).unref()),
    ]);
    for (const each of latencies.values()) each.release();
  }
}

function nameOf(variant: Variant): string {
  if (variant.kind === "strategy") return `${variant.strategy}, ${variant.scenario}`;
  const { connections } = variant;
  return `COPY over ${connections} ${connections === 1 ? "connection" : "connections"}`;
}

function rateOf(found: Measured): string {
  const rate = found.kind === "floor" ? found.rate : found.messages / found.seconds;
  const unit = found.kind === "floor" ? "rows/s" : "orders/s";
  return `${Math.round(rate).toLocaleString("en-US")} ${unit}`;
}
