import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import { steadySchedule } from "../../load/schedule/steady-schedule.ts";
import { kafkaTarget } from "../../load/targets/kafka.ts";
import { openOrderLog } from "../../load/wiring/open-order-log.ts";
import { seededProducts } from "../../order/seeded-products.ts";
import type { Narrator } from "../../ports/narrator.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { workPatience } from "../../runtime/kafka/patience.ts";
import { permitNaive } from "../../runtime/postgres/tables/naive-permit.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { SandboxName } from "../figures/sandbox-name.ts";
import { inOrderOfRun } from "../figures/statistics.ts";
import type { SteadyBenchJson } from "../figures/steady-json.ts";
import { steadyResult } from "../figures/steady-result.ts";
import type { SteadyWindow } from "../figures/steady-window.ts";
import type { BenchOptions } from "./bench-options.ts";
import { makeTopics, removeTopics } from "./bench-topics.ts";
import { describeMachine } from "./describe-machine.ts";
import { freshTables } from "./fresh-tables.ts";
import { SteadyLoad } from "./measure-steady.ts";
import { openSandbox, type Sandbox } from "./open-sandbox.ts";
import { kafkaVersionOf } from "./process-usage.ts";
import { reconcile } from "./reconcile.ts";
import { insertSlots } from "./sql/insert-slots.ts";
import { selectProgress } from "./sql/select-progress.ts";
import { stackProcesses } from "./stack-processes.ts";
import { type SteadyConsumer, startSteadyConsumer } from "./steady-consumer.ts";

/** Rate and duration say how many orders. */
export interface SteadyBenchOptions extends Omit<BenchOptions, "orders"> {
  readonly stack: string;
  readonly settings: Settings;
  /** Distinct, in orders per second. */
  readonly rates: readonly number[];
  readonly durationMs: number;
  /** Of each rate before the first run. */
  readonly warmUpMs: number;
}

const partitions = 50;
/** Pieces that never run out. */
const ample = 1_000_000_000;
/** Sent at its rate before each measurement, so that none begins with a cold start. */
const leadInMs = 1_000;
/** Of a measurement: 24 bytes of each are kept here, and 16 in the consumer's process. */
const ordersMax = 5_000_000;
const assignedWithinMs = 60_000;
const askEveryMs = 50;

/**
 * Latency at steady rates from the time an order is due to its transaction's commit, with a consumer
 * in a process of its own, in a schema, topics and a group of its own that are removed at the end,
 * whatever happens.
 * @throws Failure("usage") for rates and durations out of bounds; Failure("environment") when the
 *   bench cannot have its sandbox, or the consumer fails; the signal's reason when aborted.
 */
export async function benchSteady(
  options: SteadyBenchOptions,
  narrator: Narrator,
): Promise<SteadyBenchJson> {
  const { settings, signal } = options;
  assertBounded(options);
  const kafka = createKafka(settings, "orders-bench", undefined, { patience: workPatience });
  const remove = (name: SandboxName) => removeTopics(kafka, name);
  const sandbox = await narrator.step("Making a schema and topics for the bench", async (say) => {
    const made = await openSandbox("steady", settings, { signal, removeTopics: remove });
    try {
      signal.throwIfAborted();
      await makeTopics(kafka, made, partitions);
    } catch (error) {
      await remove(made).catch(() => {});
      await made.close();
      throw error;
    }
    say(`schema ${made.schema}, topic ${made.topic}`);
    return made;
  });
  try {
    return await measureAll(sandbox, options, narrator);
  } finally {
    await narrator.step("Removing the schema and the topics of the bench", async () => {
      // The schema goes last: while it is there, what is left of the topics will be found again.
      await remove(sandbox);
      await sandbox.close();
    });
  }
}

async function measureAll(
  sandbox: Sandbox,
  options: SteadyBenchOptions,
  narrator: Narrator,
): Promise<SteadyBenchJson> {
  const { rates, runs, durationMs, warmUpMs, signal } = options;
  const beganAt = new Date();
  const { topic, dlqTopic, group } = sandbox;
  const settings = { ...sandbox.settings, topic, dlqTopic, group };
  const stock = new Map(seededProducts.map(({ productId }) => [productId, ample]));
  await freshTables(sandbox.database, { stock, offsets: undefined });
  if (settings.strategy === "naive") await permitNaive(sandbox.database);
  if (settings.strategy === "spread") await insertSlots(sandbox.database);
  const startMs = Date.now();
  const consumer = startSteadyConsumer({ settings, startMs });
  try {
    await narrator.step("Starting the consumer", () => assigned(sandbox, consumer, signal));
    const target = await kafkaTarget.open({ log: () => openOrderLog(settings) });
    try {
      const load = new SteadyLoad(target, consumer, { ...options, startMs });
      const windows: SteadyWindow[][] = [];
      // Run 0 warms up: a broker's code is compiled while it is used.
      for (let run = 0; run <= runs; run++) {
        const made: SteadyWindow[] = [];
        for (const ratePerSecond of inOrderOfRun(rates, run)) {
          const name = run === 0 ? "Warming up" : `Run ${run} of ${runs}`;
          await narrator.step(`${name}: ${ratePerSecond} orders/s`, async (say) => {
            const spec =
              run === 0
                ? { ratePerSecond, leadInMs: 0, durationMs: warmUpMs }
                : { ratePerSecond, leadInMs, durationMs };
            const window = await load.measure(spec, signal, ({ elapsedMs, durationMs: lasts }) =>
              say(`${Math.min(100, Math.floor((100 * elapsedMs) / lasts))} %`),
            );
            const { p50, p99 } = window.commitMs;
            say(`p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
            made.push(window);
          });
        }
        if (run > 0) windows.push(made);
      }
      await consumer.stop();
      return steadyResult({
        ...{ beganAt, runs, windows, notes: sandbox.notes },
        ...{ seconds: durationMs / 1_000, warmUpSeconds: warmUpMs / 1_000 },
        leadInSeconds: leadInMs / 1_000,
        problems: await problemsOf(sandbox, load, stock, settings),
        machine: await describeMachine(sandbox.database, await kafkaVersion(options)),
        workload: {
          rates_per_second: rates,
          via: "kafka",
          lines_per_order: options.linesPerOrder,
          pieces_per_line: 1,
          customers: options.customers,
          products: seededProducts.length,
          ids: "UUIDv7",
          seed: options.seed,
          partitions,
          strategy: settings.strategy,
          workers: settings.workers,
          batch: settings.batch,
        },
      });
    } finally {
      await target.close();
    }
  } finally {
    await consumer.stop();
  }
}

function assertBounded({ rates, durationMs }: SteadyBenchOptions): void {
  for (const rate of rates) {
    const { orders } = steadySchedule(rate, leadInMs + durationMs);
    if (orders <= ordersMax) continue;
    throw new Failure("usage", {
      what: `${rate} orders/s for ${durationMs / 1_000} s are ${orders} orders; at most ${ordersMax} are measured at once`,
      remedy: "give a shorter --duration, and more --runs",
    });
  }
}

/** Resolves once the consumer has taken over all partitions. */
async function assigned(
  { database, group, topic }: Sandbox,
  consumer: SteadyConsumer,
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + assignedWithinMs;
  for (;;) {
    const asked = selectProgress(database, { group, topic });
    const { assigned: found } = await Promise.race([asked, consumer.failed]);
    if (found === partitions) return;
    if (performance.now() > deadlineMs) {
      throw new Failure("environment", {
        what: `the consumer was not assigned its partitions within ${assignedWithinMs / 1_000} s`,
        remedy: "check that Kafka is well (`orders doctor`)",
      });
    }
    await pause(askEveryMs, undefined, { signal });
  }
}

async function problemsOf(
  sandbox: Sandbox,
  load: SteadyLoad,
  stock: ReadonlyMap<string, number>,
  { strategy }: Settings,
): Promise<readonly string[]> {
  const mayGiveUp = strategy === "nowait";
  const found = await reconcile(sandbox.database, load.contents, stock, { mayGiveUp });
  if (found.rejected === 0) return found.problems;
  return [...found.problems, `${found.rejected} orders rejected, though the stock sufficed`];
}

async function kafkaVersion({ stack, settings }: SteadyBenchOptions): Promise<string | undefined> {
  const { kafka } = await stackProcesses(stack, settings);
  return kafka === undefined ? undefined : kafkaVersionOf(kafka);
}
