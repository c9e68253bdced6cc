import { seededProducts } from "../../order/seeded-products.ts";
import type { Narrator } from "../../ports/narrator.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { workPatience } from "../../runtime/kafka/patience.ts";
import { permitNaive } from "../../runtime/postgres/tables/naive-permit.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { DrainBenchJson } from "../figures/bench-result.ts";
import { type DrainMeasured, drainResult } from "../figures/drain-result.ts";
import type { SandboxName } from "../figures/sandbox-name.ts";
import { inOrderOfRun } from "../figures/statistics.ts";
import type { BenchOptions } from "./bench-options.ts";
import { assertKafkaAnswers, makeTopics, removeTopics } from "./bench-topics.ts";
import { openCopyFloor } from "./copy-floor.ts";
import { describeMachine } from "./describe-machine.ts";
import { type Filled, fillTopic } from "./fill-topic.ts";
import { freshTables } from "./fresh-tables.ts";
import { drain } from "./measure-drain.ts";
import { openSandbox, type Sandbox } from "./open-sandbox.ts";
import { kafkaVersionOf } from "./process-usage.ts";
import { reconcile } from "./reconcile.ts";
import { insertSlots } from "./sql/insert-slots.ts";
import { stackProcesses } from "./stack-processes.ts";

export interface DrainBenchOptions extends BenchOptions {
  readonly stack: string;
  readonly settings: Settings;
  readonly instances: number;
}

type Variant =
  | { readonly kind: "floor"; readonly connections: number }
  | { readonly kind: "drain" };

const partitions = 50;
/** Pieces that never run out. */
const ample = 1_000_000_000;

/**
 * Drains a full topic with the real consumer, in a schema, topics and groups of its own that are
 * removed at the end, whatever happens.
 * @throws Failure("environment") when the bench cannot have them, or a consumer fails; the signal's
 *   reason when aborted.
 */
export async function benchDrain(
  options: DrainBenchOptions,
  narrator: Narrator,
): Promise<DrainBenchJson> {
  const { settings, signal } = options;
  const kafka = createKafka(settings, "orders-bench", undefined, { patience: workPatience });
  const remove = (name: SandboxName) => removeTopics(kafka, name);
  const sandbox = await narrator.step("Making a schema and topics for the bench", async (say) => {
    await assertKafkaAnswers(kafka, settings.brokers);
    const made = await openSandbox("drain", settings, { signal, removeTopics: remove });
    try {
      signal.throwIfAborted();
      await makeTopics(kafka, made, partitions);
    } catch (error) {
      // Where that fails, the schema stays, and the next bench finds both.
      await remove(made);
      await made.close();
      throw error;
    }
    say(`schema ${made.schema}, topic ${made.topic}`);
    return made;
  });
  try {
    const filled = await narrator.step(`Placing ${options.orders} orders on the topic`, (say) =>
      fillTopic(
        {
          ...options,
          ...{ settings: sandbox.settings, kafka, topic: sandbox.topic, partitions, signal },
        },
        (placed) => say(`${placed} of ${options.orders}`),
      ),
    );
    return await measureAll(sandbox, filled, options, narrator);
  } catch (error) {
    // What was ended for the signal's sake fails in its own words.
    signal.throwIfAborted();
    throw error;
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
  filled: Filled,
  options: DrainBenchOptions,
  narrator: Narrator,
): Promise<DrainBenchJson> {
  const { runs, signal, settings } = options;
  const beganAt = new Date();
  const stack = await stackProcesses(options.stack, settings);
  const most = Math.max(...connectionCounts(options));
  const copy = await openCopyFloor(sandbox.settings, sandbox.applicationName, most);
  const stock = new Map(seededProducts.map(({ productId }) => [productId, ample]));
  const measured: DrainMeasured[] = [];
  let checkpoints = true;
  const variants: readonly Variant[] = [
    ...connectionCounts(options).map((connections) => ({ kind: "floor", connections }) as const),
    { kind: "drain" },
  ];

  async function measureFloor(connections: number) {
    checkpoints = await freshTables(sandbox.database, { stock: new Map(), offsets: undefined });
    return {
      kind: "floor",
      connections,
      rate: await copy.measure(filled.rows, connections),
    } as const;
  }

  async function measureDrain(run: number, say: (text: string) => void) {
    checkpoints = await freshTables(sandbox.database, { stock, offsets: undefined });
    if (settings.strategy === "naive") await permitNaive(sandbox.database);
    if (settings.strategy === "spread") await insertSlots(sandbox.database);
    const drained = await drain({
      // A group of its own: each run reads the topic from its start.
      settings: {
        ...sandbox.settings,
        ...{ topic: sandbox.topic, dlqTopic: sandbox.dlqTopic, group: `${sandbox.group}-${run}` },
      },
      database: sandbox.database,
      messages: options.orders,
      instances: options.instances,
      stack,
      signal,
      onProgress: (decided) => say(`${decided} of ${options.orders}`),
    });
    const reconciled = await reconcile(sandbox.database, filled.contents, stock, {
      mayGiveUp: settings.strategy === "nowait",
    });
    return { kind: "drain", ...drained, problems: reconciled.problems } as const;
  }

  try {
    // Run 0 warms up: the broker's and the server's caches, compiled code. It is not counted.
    for (let run = 0; run <= runs; run++) {
      for (const variant of inOrderOfRun(variants, run)) {
        signal.throwIfAborted();
        const title = `${run === 0 ? "Warming up" : `Run ${run} of ${runs}`}: ${nameOf(variant)}`;
        await narrator.step(title, async (say) => {
          const found =
            variant.kind === "drain"
              ? await measureDrain(run, say)
              : await measureFloor(variant.connections);
          if (run > 0) measured.push(found);
          const rate = found.kind === "floor" ? found.rate : options.orders / found.seconds;
          const unit = found.kind === "floor" ? "rows/s" : "orders/s";
          say(`${Math.round(rate).toLocaleString("en-US")} ${unit}`);
        });
      }
    }
    return drainResult({
      ...{ beganAt, runs, measured, checkpoints, notes: sandbox.notes, connections: most },
      strategy: settings.strategy,
      orders: options.orders,
      lines: filled.contents.lines,
      machine: await describeMachine(
        sandbox.database,
        stack.kafka === undefined ? undefined : kafkaVersionOf(stack.kafka),
      ),
      workload: {
        orders: options.orders,
        lines_per_order: options.linesPerOrder,
        pieces_per_line: 1,
        customers: options.customers,
        products: seededProducts.length,
        ids: "UUIDv7",
        seed: options.seed,
        partitions,
        workers: settings.workers,
        batch: settings.batch,
        instances: options.instances,
      },
    });
  } finally {
    await Promise.race([
      copy.close(),
      new Promise((resolve) => setTimeout(resolve, 2_000).unref()),
    ]);
  }
}

/** One, and as many as transactions are in flight. */
function connectionCounts({ settings, instances }: DrainBenchOptions): readonly number[] {
  return [...new Set([1, settings.workers * instances])];
}

function nameOf(variant: Variant): string {
  if (variant.kind === "drain") return "draining the topic";
  const { connections } = variant;
  return `COPY over ${connections} ${connections === 1 ? "connection" : "connections"}`;
}
