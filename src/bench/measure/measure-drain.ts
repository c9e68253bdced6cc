import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "../../ports/database.ts";
import { within } from "../../runtime/kafka/within.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { startConsumers } from "./consumer-processes.ts";
import { peakMemoryBytes, readTimes, treeSeconds } from "./process-usage.ts";
import { type ProgressRow, selectProgress } from "./sql/select-progress.ts";
import type { StackProcesses } from "./stack-processes.ts";
import { unlessAborted } from "./unless-aborted.ts";

export interface DrainOptions {
  /** Whose topic and group are those to drain. */
  readonly settings: Settings;
  /** In the bench's schema. */
  readonly database: Database;
  readonly messages: number;
  readonly instances: number;
  readonly stack: StackProcesses;
  readonly signal: AbortSignal;
  readonly onProgress: (decided: number) => void;
}

export interface Drained {
  /** From the first assignment to the last order's transaction. */
  readonly seconds: number;
  /** From the first assignment to the first order's transaction. */
  readonly secondsToFirst: number;
  /** From the start of the processes to the last order's transaction. */
  readonly secondsFromStart: number;
  /** CPU seconds from the first assignment to the last order's transaction; undefined: unknown. */
  readonly cpu: {
    readonly node: number | undefined;
    readonly kafka: number | undefined;
    readonly postgresql: number | undefined;
  };
  /** The largest of the consumer's processes; undefined: unknown. */
  readonly memoryPeakBytes: number | undefined;
}

export const pollEveryMs = 10;
/** After the last transaction: leaving the group, closing connections. */
const endWithinMs = 30_000;

/**
 * Drains the topic with the real consumer. What it has done, the offsets in the database say, which
 * stand in the same transaction as the orders.
 */
export async function drain(options: DrainOptions): Promise<Drained> {
  const { settings, instances, stack, signal } = options;
  const startMs = performance.now();
  const consumers = startConsumers(settings, instances);
  try {
    const usage = usageOf(consumers.pids, stack);
    const assigned = await whileRunning(consumers.ended, signal, () =>
      reached(options, ({ assigned }) => assigned > 0),
    );
    const before = usage.cpu();
    const first = await whileRunning(consumers.ended, signal, () =>
      reached(options, ({ decided }) => decided > 0),
    );
    const decided = await whileRunning(consumers.ended, signal, () =>
      reached(options, ({ decided }) => decided >= options.messages, usage.watchMemory),
    );
    const after = usage.cpu();
    const between = (key: keyof Drained["cpu"]) => {
      const [from, to] = [before[key], after[key]];
      return from === undefined || to === undefined ? undefined : to - from;
    };
    usage.watchMemory();
    const ending = within(consumers.ended, endWithinMs, "ending the consumer after the last order");
    await unlessAborted(signal, ending);
    return {
      seconds: (decided - assigned) / 1_000,
      secondsToFirst: (first - assigned) / 1_000,
      secondsFromStart: (decided - startMs) / 1_000,
      cpu: {
        node: between("node"),
        kafka: between("kafka"),
        postgresql: between("postgresql"),
      },
      memoryPeakBytes: usage.memoryPeakBytes,
    };
  } finally {
    await consumers.stop();
  }
}

/** @returns when the condition was first seen to hold, by performance.now(). */
async function reached(
  { database, settings, signal, onProgress }: DrainOptions,
  condition: (progress: ProgressRow) => boolean,
  onPoll: () => void = () => {},
): Promise<number> {
  for (;;) {
    signal.throwIfAborted();
    const progress = await selectProgress(database, settings);
    const nowMs = performance.now();
    if (condition(progress)) return nowMs;
    onProgress(progress.decided);
    onPoll();
    await pause(pollEveryMs, undefined, { signal });
  }
}

/** A consumer that ends first has either decided all, which the work sees, or failed. */
async function whileRunning<T>(
  ended: Promise<void>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const failed = ended.then(() => new Promise<never>(() => {}));
  return unlessAborted(signal, Promise.race([work(), failed]));
}

function usageOf(pids: readonly number[], stack: StackProcesses) {
  let peak: number | undefined;
  return {
    cpu(): Drained["cpu"] {
      const times = readTimes();
      const seconds = (root: number | undefined) =>
        root === undefined ? undefined : treeSeconds(times, [root]);
      return {
        node: treeSeconds(times, pids),
        kafka: seconds(stack.kafka),
        postgresql: seconds(stack.postgresql),
      };
    },
    watchMemory() {
      for (const pid of pids) {
        const bytes = peakMemoryBytes(pid);
        if (bytes !== undefined) peak = Math.max(peak ?? 0, bytes);
      }
    },
    get memoryPeakBytes() {
      return peak;
    },
  };
}
