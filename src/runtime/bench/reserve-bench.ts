import { type Arranged, arrangeWorks } from "../../bench/arrange-works.ts";
import type { ReserveBenchJson } from "../../bench/bench-result.ts";
import { CopyBuffers, copyLines } from "../../bench/copy-rows.ts";
import { Latencies } from "../../bench/latencies.ts";
import { type Measured, reserveResult } from "../../bench/reserve-result.ts";
import type { ScenarioName } from "../../bench/scenarios.ts";
import { inOrderOfRun } from "../../bench/statistics.ts";
import type { Database } from "../../ports/database.ts";
import { createStrategy } from "../../reservation/strategies/strategies.ts";
import type { StrategyName } from "../../reservation/strategies/strategy-names.ts";
import type { Settings } from "../config/settings.ts";
import { openDatabase } from "../database/open-database.ts";
import { partitionOfKey } from "../kafka/partitioner.ts";
import { openCopyFloor } from "./copy-floor.ts";
import { describeMachine } from "./describe-machine.ts";
import { freshTables } from "./fresh-tables.ts";
import { startLockWaitSampler } from "./lock-waits.ts";
import { decideWorks } from "./measure-reserve.ts";
import { observedDatabase } from "./observed-database.ts";
import { openPlace, type Place } from "./open-place.ts";
import { reconcile } from "./reconcile.ts";

export interface ReserveBenchOptions {
  readonly settings: Settings;
  readonly strategies: readonly StrategyName[];
  readonly scenarios: readonly ScenarioName[];
  readonly orders: number;
  readonly linesPerOrder: number;
  readonly customers: number;
  readonly seed: string;
  readonly runs: number;
  /** For one measurement: a slow strategy is cut off, a fast one ends before. */
  readonly measureMaxMs: number;
  readonly signal: AbortSignal;
}

/** Shows a step while it runs (see src/report/narrator.ts). */
export interface Steps {
  step<T>(title: string, work: (say: (text: string) => void) => Promise<T>): Promise<T>;
}

type Variant =
  | { readonly kind: "floor"; readonly connections: number }
  | {
      readonly kind: "strategy";
      readonly strategy: StrategyName;
      readonly scenario: ScenarioName;
    };

const partitions = 50;
const warmUpMaxMs = 1_500;

/**
 * Measures strategies on works made in memory, in a schema of its own that is removed at the end,
 * whatever happens.
 * @throws Failure("environment") when the bench cannot have its schema; the signal's reason when aborted.
 */
export async function benchReserve(
  options: ReserveBenchOptions,
  steps: Steps,
): Promise<ReserveBenchJson> {
  const place = await steps.step("Making a schema for the bench", async (say) => {
    const made = await openPlace("reserve", options.settings, undefined);
    say(made.schema);
    return made;
  });
  try {
    return await measureAll(place, options, steps);
  } finally {
    await steps.step("Removing the schema of the bench", () => place.close());
  }
}

async function measureAll(
  place: Place,
  options: ReserveBenchOptions,
  steps: Steps,
): Promise<ReserveBenchJson> {
  const { settings, runs, signal } = options;
  const { workers } = settings;
  const beganAt = new Date();
  const latencies = new Map<string, Latencies>();
  const measured: Measured[] = [];
  const strategyDatabase = openDatabase(place.settings, {
    applicationName: place.applicationName,
    // As the consumer's: one for each transaction in flight, and two.
    poolSize: Math.max(settings.poolSize, workers + 2),
  });
  const sampler = startLockWaitSampler(place.settings, place.applicationName);
  const copy = await openCopyFloor(place.settings, place.applicationName, workers);
  try {
    const works = await steps.step("Making the orders", async () => {
      const made = new Map<ScenarioName, Arranged>();
      for (const scenario of new Set<ScenarioName>(["spread", ...options.scenarios])) {
        signal.throwIfAborted();
        made.set(scenario, arrange(scenario, place, options));
      }
      return made;
    });
    const spread = works.get("spread");
    if (spread === undefined) throw new Error("no orders were made");
    const bench: Bench = {
      place,
      options,
      strategyDatabase,
      sampler,
      latencies,
      checkpoints: true,
    };
    const floors = new Map(
      [...new Set([1, workers])].map((n) => [n, buffersFor(spread, n, settings.batch)]),
    );
    const variants: readonly Variant[] = [
      ...[...floors.keys()].map((connections) => ({ kind: "floor", connections }) as const),
      ...options.scenarios.flatMap((scenario) =>
        options.strategies.map((strategy) => ({ kind: "strategy", strategy, scenario }) as const),
      ),
    ];
    // Run 0 warms up: connections, prepared statements, compiled code. It is not counted.
    for (let run = 0; run <= runs; run++) {
      for (const variant of inOrderOfRun(variants, run)) {
        signal.throwIfAborted();
        const title = `${run === 0 ? "Warming up" : `Run ${run} of ${runs}`}: ${nameOf(variant)}`;
        await steps.step(title, async (say) => {
          if (variant.kind === "floor") {
            const buffers = floors.get(variant.connections) ?? [];
            const rate = await measureFloor(bench, () => copy.measure(buffers));
            say(`${Math.round(rate).toLocaleString("en-US")} rows/s`);
            if (run > 0) measured.push({ kind: "floor", connections: variant.connections, rate });
            return;
          }
          const arranged = works.get(variant.scenario);
          if (arranged === undefined) throw new Error(`no orders for ${variant.scenario}`);
          const found = await measureStrategy(bench, variant, arranged, run === 0);
          say(`${Math.round(found.messages / found.seconds).toLocaleString("en-US")} orders/s`);
          if (run > 0) measured.push(found);
        });
      }
    }
    signal.throwIfAborted();
    return reserveResult({
      strategies: options.strategies,
      scenarios: options.scenarios,
      beganAt,
      runs,
      measured,
      latencies,
      machine: await describeMachine(place.database, undefined),
      workload: {
        orders: options.orders,
        lines_per_order: options.linesPerOrder,
        pieces_per_line: 1,
        customers: options.customers,
        products: 10,
        ids: "UUIDv7",
        seed: options.seed,
        partitions,
        workers,
        batch: settings.batch,
        instances: 1,
      },
      measureMaxMs: options.measureMaxMs,
      checkpoints: bench.checkpoints,
      notes: place.notes,
    });
  } finally {
    // Ends what may still run: whoever stops must not wait for a statement's timeout.
    await Promise.race([
      Promise.allSettled([strategyDatabase.close(), sampler.close(), copy.close()]),
      new Promise((resolve) => setTimeout(resolve, 2_000).unref()),
    ]);
    for (const each of latencies.values()) each.close();
  }
}

interface Bench {
  readonly place: Place;
  readonly options: ReserveBenchOptions;
  readonly strategyDatabase: Database;
  readonly sampler: ReturnType<typeof startLockWaitSampler>;
  readonly latencies: Map<string, Latencies>;
  /** False as soon as PostgreSQL refused one. */
  checkpoints: boolean;
}

async function measureFloor(
  { place, sampler }: Bench,
  measure: () => Promise<number>,
): Promise<number> {
  await freshTables(place.database, { stock: new Map(), offsets: undefined });
  sampler.begin();
  try {
    return await measure();
  } finally {
    sampler.end();
  }
}

async function measureStrategy(
  bench: Bench,
  variant: { readonly strategy: StrategyName; readonly scenario: ScenarioName },
  arranged: Arranged,
  isWarmUp: boolean,
): Promise<Measured & { readonly kind: "strategy" }> {
  const { place, options, sampler } = bench;
  const { group, topic } = place;
  const { stock } = arranged;
  bench.checkpoints = await freshTables(place.database, {
    stock,
    offsets: { group, topic, partitions },
  });
  const key = `${variant.strategy} ${variant.scenario}`;
  const latencies = bench.latencies.get(key) ?? new Latencies();
  bench.latencies.set(key, latencies);
  const database = isWarmUp
    ? bench.strategyDatabase
    : observedDatabase(bench.strategyDatabase, latencies.add);
  sampler.begin();
  const decided = await decideWorks(arranged, createStrategy(variant.strategy, database), {
    workers: options.settings.workers,
    maxMs: isWarmUp ? warmUpMaxMs : options.measureMaxMs,
    signal: options.signal,
  });
  const waits = sampler.end();
  options.signal.throwIfAborted();
  const reconciled = await reconcile(place.database, decided.contents, stock);
  return { kind: "strategy", ...variant, ...decided, waits, reconciled };
}

function arrange(
  scenario: ScenarioName,
  { group, topic }: Place,
  { settings, seed, orders, customers, linesPerOrder }: ReserveBenchOptions,
): Arranged {
  const { workers, batch } = settings;
  return arrangeWorks({
    ...{ scenario, seed, orders, customers, linesPerOrder, partitions, workers, batch },
    ...{ group, topic, partitionOf: partitionOfKey, nowMs: Date.now() },
  });
}

/** The rows of all orders by ascending id, dealt to the connections in runs of a batch. */
function buffersFor(
  arranged: Arranged,
  connections: number,
  batch: number,
): readonly CopyBuffers[] {
  const placed = arranged.lanes
    .flat()
    .flatMap(({ work }) => work.orders)
    .sort((a, b) => (a.order.orderId < b.order.orderId ? -1 : 1));
  const buffers = Array.from({ length: connections }, () => new CopyBuffers());
  for (const [index, { order, partition, message }] of placed.entries()) {
    buffers[Math.floor(index / batch) % connections]?.add(
      copyLines(order, partition, message.offset),
      order.lines.length,
    );
  }
  return buffers;
}

function nameOf(variant: Variant): string {
  if (variant.kind === "strategy") return `${variant.strategy}, ${variant.scenario}`;
  const { connections } = variant;
  return `COPY over ${connections} ${connections === 1 ? "connection" : "connections"}`;
}
