import type { Settings } from "../../runtime/settings/settings.ts";
import { openHistory } from "../history-writer.ts";
import { type Delivered, judgeDelivery } from "../judge-delivery.ts";
import type { LoadHooks } from "../load-options.ts";
import type { LoadRequest } from "../load-request.ts";
import { type LoadResult, runLoad } from "../run-load.ts";
import type { LoadTarget } from "../target.ts";
import { createWorkload } from "../workload.ts";
import { openHttpTarget } from "./open-http-target.ts";

export interface ProduceOptions {
  readonly target: "http" | "kafka";
  readonly maxInFlight: number;
  readonly connectionsMax: number;
  /** Entries of the history to keep in the result. */
  readonly keepHistory?: number;
  /** A file that does not exist yet. */
  readonly historyFile?: string | undefined;
}

export interface ProducedLoad {
  readonly result: LoadResult;
  readonly delivered: Delivered;
}

/**
 * Opens what a load needs, runs it, closes everything, judges it.
 * @throws Failure("environment") when the target cannot be reached at the start.
 * @throws Failure("usage") when the history file cannot be made.
 * @throws Failure("bug") when the counts do not add up.
 */
export async function produceLoad(
  request: LoadRequest,
  options: ProduceOptions,
  settings: Settings,
  hooks: LoadHooks = {},
): Promise<ProducedLoad> {
  const target = await openTarget(request, options, settings, hooks.signal);
  try {
    const historyWriter =
      options.historyFile === undefined ? undefined : await openHistory(options.historyFile);
    let result: LoadResult;
    try {
      result = await runLoad(
        {
          schedule: request.schedule,
          workload: createWorkload(request.workload),
          maxInFlight: options.maxInFlight,
          timeoutMs: request.timeoutMs,
          keepHistory: options.keepHistory ?? 0,
          historyWriter,
        },
        target,
        hooks,
      );
    } finally {
      await historyWriter?.close();
    }
    // The last of the history is written after the last answer, and can fail like the rest.
    if (historyWriter?.error !== undefined) {
      result = { ...result, end: "history_failed", historyError: historyWriter.error.message };
    }
    return { result, delivered: judgeDelivery(result) };
  } finally {
    await target.close();
  }
}

async function openTarget(
  { schedule: { ratePerSecond } }: LoadRequest,
  { target, connectionsMax }: ProduceOptions,
  settings: Settings,
  signal: AbortSignal | undefined,
): Promise<LoadTarget> {
  if (target === "http") {
    return openHttpTarget(settings, { connectionsMax, ratePerSecond, signal });
  }
  const { openKafkaTarget } = await import("./open-kafka-target.ts");
  return openKafkaTarget(settings);
}
