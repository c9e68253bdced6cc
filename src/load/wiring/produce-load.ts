import { Failure } from "../../failure/failure.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { type HistoryWriter, openHistory } from "../history-writer.ts";
import { type Delivered, judgeDelivery } from "../judge-delivery.ts";
import type { LoadHooks } from "../load-options.ts";
import type { LoadRequest } from "../load-request.ts";
import type { Moment } from "../machine-clock.ts";
import { type LoadResult, runLoad } from "../run-load.ts";
import { type Part, partOf } from "../schedule/part-of.ts";
import type { LoadTarget } from "../target.ts";
import type { TargetKind } from "../targets/target-kind.ts";
import { createWorkload } from "../workload.ts";
import { targetPorts } from "./target-ports.ts";

export interface ProduceOptions {
  readonly target: TargetKind;
  readonly maxInFlight: number;
  readonly connectionsMax: number;
  /** A file that does not exist yet. */
  readonly historyFile?: string | undefined;
  /** Whether the generator's own code is run hot before its clock starts; half a second of a core. */
  readonly warmStart?: boolean | undefined;
}

/** What one of several processes sends, and when it begins. */
export interface LoadShare {
  readonly part: Part;
  /** Asked once all is warm, connected and open; undefined: as soon as may be. */
  readonly start: (target: LoadResult["target"]) => Promise<Moment | undefined>;
}

export interface ProducedLoad {
  readonly result: LoadResult;
  readonly delivered: Delivered;
}

/**
 * Opens what a load needs, runs it, closes everything, judges it.
 * @throws Failure("environment") when the target cannot be reached at the start.
 * @throws Failure("usage") when the history file cannot be made, or the target takes no changes.
 * @throws Failure("bug") when the counts do not add up.
 */
export async function produceLoad(
  request: LoadRequest,
  options: ProduceOptions,
  settings: Settings,
  hooks: LoadHooks = {},
): Promise<ProducedLoad> {
  const load = createLoad(request, options, settings, hooks);
  // The signal is the load's own: it ends the schedule, and there is a result all the same.
  await runUntil(load, { stopWithinMs, done: () => load.finished });
  return load.finished;
}

function noChanges(target: string, replayed: boolean): Failure {
  return new Failure("usage", {
    what: `the target ${target} takes no changes of orders`,
    meaning: "only the shop's orders can be paid for or cancelled by who placed them",
    remedy: replayed
      ? "give --target gateway: the history has orders that were paid for or cancelled"
      : "leave out --pay-share and --cancel-share, or give --target gateway",
  });
}

/** Far more than answers under way get, and the last of a history takes. */
const stopWithinMs = 60_000;

/** Fewer orders are over before any code is hot. */
const warmedFrom = 500;

/** Its stop, like the signal of its hooks, offers nothing more and lets it finish. */
export interface Load extends Runnable {
  /** Settles when each order has its state and the history is closed. Never, if it was not started. */
  readonly finished: Promise<ProducedLoad>;
}

/** @param share left out: all of it. */
export function createLoad(
  request: LoadRequest,
  options: ProduceOptions,
  settings: Settings,
  hooks: LoadHooks = {},
  share?: LoadShare,
): Load {
  const part = share && partOf(request.schedule, share.part);
  const schedule = part ?? request.schedule;
  let target: LoadTarget | undefined;
  let settle: (result: Promise<ProducedLoad>) => void = () => {};
  let running: Promise<ProducedLoad> | undefined;
  const finished = new Promise<ProducedLoad>((resolve) => {
    settle = resolve;
  });
  finished.catch(() => {});

  async function run(
    to: LoadTarget,
    historyWriter: HistoryWriter | undefined,
    signal: AbortSignal,
  ): Promise<ProducedLoad> {
    let result: LoadResult;
    const workload = request.replay?.workload ?? createWorkload(request.workload);
    try {
      const startsAt = await share?.start({
        ...{ kind: to.kind, address: to.address, sentTo: to.sentTo },
      });
      result = await runLoad(
        {
          ...{ schedule, startsAt },
          workload:
            part === undefined
              ? workload
              : { ...workload, order: (n) => workload.order(part.numberOf(n)) },
          maxInFlight: options.maxInFlight,
          timeoutMs: request.timeoutMs,
          historyWriter,
        },
        to,
        { ...hooks, signal },
      );
    } finally {
      await request.replay?.close();
      await historyWriter?.close();
    }
    // The last of the history is written after the last answer, and can fail like the rest.
    if (historyWriter?.error !== undefined) {
      result = { ...result, end: "history_failed", historyError: historyWriter.error.message };
    }
    return { result, delivered: judgeDelivery(result) };
  }

  const runnable = createRunnable("load", {
    async start(stopped, fail) {
      if (request.workload.changes !== undefined && options.target.takesChanges !== true)
        throw noChanges(options.target.name, request.replay !== undefined);
      const signal = AbortSignal.any([stopped, ...(hooks.signal ? [hooks.signal] : [])]);
      const { ratePerSecond, orders } = schedule;
      const { connectionsMax } = options;
      if (options.warmStart === true && orders >= warmedFrom) {
        const { warmStart } = await import("./warm-start.ts");
        await warmStart(options.target, request.workload, signal);
      }
      target = await options.target.open(
        targetPorts(settings, { connectionsMax, ratePerSecond, signal }),
      );
      await request.replay?.open();
      const { historyFile } = options;
      const history = historyFile === undefined ? undefined : await openHistory(historyFile);
      running = run(target, history, signal);
      running.catch(fail);
      settle(running);
    },
    notReadyBecause: () => undefined,
    async stop() {
      await running?.catch(() => {});
      await request.replay?.close();
      await target?.close();
    },
  });
  return { ...runnable, finished };
}
