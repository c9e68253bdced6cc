import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import { createInstances } from "../../runtime/lifecycle/processes/instances.ts";
import { ownFile } from "../../runtime/lifecycle/processes/own-program.ts";
import {
  type Child,
  type ChildEnd,
  startChild,
} from "../../runtime/lifecycle/processes/start-child.ts";
import { asFailure } from "../../runtime/lifecycle/processes/told-failure.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { historyExists } from "../history-writer.ts";
import { historyParts } from "../instances/history-parts.ts";
import { InstanceMerge } from "../instances/instance-merge.ts";
import { judgeDelivery } from "../judge-delivery.ts";
import type { LoadHooks } from "../load-options.ts";
import type { LoadRequest } from "../load-request.ts";
import { momentIn } from "../machine-clock.ts";
import type { LoadResult } from "../run-load.ts";
import { partOf } from "../schedule/part-of.ts";
import type { FromInstance, InstanceOrders, LoadText } from "./instance-messages.ts";
import type { ProducedLoad, ProduceOptions } from "./produce-load.ts";

export interface InstancesOptions {
  /** From 2. */
  readonly count: number;
  /** The request and the target once more, as each process parses them. */
  readonly text: LoadText;
}

export interface InstancesHooks extends Omit<LoadHooks, "onSettled"> {
  /** Told that a process died, and what that means. */
  readonly onTrouble: (what: string) => void;
}

const stopWithinMs = 60_000;
/** From when all are told of the start until it: the message must have come. */
const startLeadMs = 200;
const progressIntervalMs = 250;
/** Beyond the time that a load can take at most; one that has not ended by then is killed. */
const overtimeMs = 30_000;

/**
 * One load by several processes, each with every so many-th request of the schedule, by one clock.
 * The seconds and the result are as those of one process. One that dies is not replaced: what it
 * would have sent is dropped, and the load is invalid.
 * @throws as produceLoad does; Failure("environment") where a process dies before the start.
 */
export async function produceInInstances(
  request: LoadRequest,
  options: ProduceOptions & { readonly instances: InstancesOptions },
  settings: Settings,
  hooks: InstancesHooks,
): Promise<ProducedLoad> {
  const running = new RunningInstances(request, options, settings, hooks);
  try {
    const result = await running.finished();
    return { result, delivered: judgeDelivery(result) };
  } finally {
    running.release();
  }
}

class RunningInstances {
  readonly #request: LoadRequest;
  readonly #orders: readonly InstanceOrders[];
  readonly #hooks: InstancesHooks;
  readonly #children: Child[] = [];
  readonly #prepared = new Set<number>();
  #merge: InstanceMerge | undefined;
  #onPrepared: (target: LoadResult["target"]) => void = () => {};
  #refuse: (failure: Error) => void = () => {};
  #stopAll: () => void = () => {};

  /** @throws Failure("usage") where something cannot be shared by so many, or a history is there already. */
  constructor(
    request: LoadRequest,
    options: ProduceOptions & { readonly instances: InstancesOptions },
    settings: Settings,
    hooks: InstancesHooks,
  ) {
    this.#request = request;
    this.#hooks = hooks;
    this.#orders = ordersOf(request, options, settings);
  }

  async finished(): Promise<LoadResult> {
    const { schedule, workload, timeoutMs } = this.#request;
    const parts = this.#orders.map(({ part }) => partOf(schedule, part));
    const instances = createInstances({
      ...{ count: this.#orders.length, afterDeath: "go_on", mayEnd: true },
      start: (instance) => this.#begin(instance - 1),
    });
    const { signal } = this.#hooks;
    const stopped = () => this.#merge?.stopped();
    signal?.addEventListener("abort", stopped, { once: true });
    this.#stopAll = () => {
      this.#merge?.stopped();
      void instances.stop(stopWithinMs);
    };
    const refused = new Promise<never>((_, reject) => {
      this.#refuse = reject;
    });
    refused.catch(() => {});
    const prepared = new Promise<LoadResult["target"]>((resolve) => {
      this.#onPrepared = resolve;
    });
    const startAll = async () => {
      const target = await Promise.race([prepared, refused]);
      const warmUpMs = schedule.warmUp?.durationMs ?? 0;
      const start = momentIn(startLeadMs + warmUpMs);
      const { runId, seed } = workload;
      this.#merge = new InstanceMerge({ schedule, parts, runId, seed, target, start }, this.#hooks);
      for (const child of this.#children) child.send({ start });
      const longestMs = startLeadMs + warmUpMs + schedule.durationMs + 3 * timeoutMs + overtimeMs;
      const over = new AbortController();
      const overtime = wait(longestMs, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([instances.ended, refused, overtime]);
      over.abort();
    };
    const progress = setInterval(() => this.#report(), progressIntervalMs);
    try {
      await runUntil(instances, { signal, stopWithinMs, done: startAll });
    } finally {
      clearInterval(progress);
      signal?.removeEventListener("abort", stopped);
    }
    if (this.#merge === undefined) throw notStarted();
    return this.#merge.end();
  }

  release(): void {
    this.#merge?.release();
  }

  #begin(index: number): Child {
    const child = startChild({
      ...ownFile("load/wiring/instance-main.ts"),
      ...{ env: process.env, output: "ours" },
    });
    this.#children[index] = child;
    child.onMessage((message) => this.#onMessage(index, message as FromInstance));
    void child.ended.then((end) => this.#onEnd(index, end));
    return child;
  }

  #onMessage(index: number, message: FromInstance): void {
    if ("ready" in message) this.#children[index]?.send({ orders: this.#orders[index] as object });
    if ("prepared" in message) {
      this.#prepared.add(index);
      if (this.#prepared.size === this.#orders.length) this.#onPrepared(message.prepared);
    }
    if ("failure" in message) this.#refuse(asFailure(message.failure));
    if ("progress" in message) this.#merge?.progress(index, message.progress);
    this.#guard(() => {
      if ("slice" in message) this.#merge?.slice(index, message.slice);
      if ("result" in message) {
        this.#merge?.result(index, message.result);
        // What the others would send, no history would have.
        if (message.result.end === "history_failed") this.#stopAll();
      }
    });
  }

  #onEnd(index: number, end: ChildEnd): void {
    const how = end.notStarted?.message ?? end.signal ?? `exit code ${end.code}`;
    const merge = this.#merge;
    if (merge === undefined) this.#refuse(diedEarly(index + 1, how));
    else if (!merge.hasEnded(index)) {
      this.#guard(() => merge.died(index, how));
      this.#hooks.onTrouble(
        `instance ${index + 1} died (${how}): what it has not told of is unknown, what was left to it is dropped`,
      );
    }
  }

  #report(): void {
    if (this.#merge !== undefined) this.#hooks.onProgress?.(this.#merge.state());
  }

  /** Called by messages: an error of ours ends the load, not the process. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#refuse(error as Error);
    }
  }
}

function ordersOf(
  request: LoadRequest,
  options: ProduceOptions & { readonly instances: InstancesOptions },
  settings: Settings,
): readonly InstanceOrders[] {
  const { count, text } = options.instances;
  const { seed, runId, perRequest: groupSize = 1 } = request.workload;
  const { historyFile } = options;
  const histories = historyFile === undefined ? [] : historyParts(historyFile, count);
  for (const path of histories) if (existsSync(path)) throw historyExists(path);
  return Array.from({ length: count }, (_, index) => {
    const maxInFlight = shareOf("max-in-flight", options.maxInFlight, index, count);
    return {
      text: {
        request: { ...text.request, seed, runId },
        target: { ...text.target, "max-in-flight": maxInFlight },
      },
      part: { index, of: count, groupSize },
      maxInFlight,
      connectionsMax: shareOf("connections", options.connectionsMax, index, count),
      historyFile: histories[index],
      warmStart: options.warmStart === true,
      settings,
    };
  });
}

/** Of a limit that holds for all together. */
function shareOf(flag: string, limit: number, index: number, count: number): number {
  if (limit < count) {
    throw new Failure("usage", {
      what: `--${flag} ${limit} cannot be shared by ${count} instances`,
      remedy: `raise --${flag}, or lower --instances`,
    });
  }
  return Math.floor(limit / count) + (index < limit % count ? 1 : 0);
}

function diedEarly(instance: number, how: string): Failure {
  return new Failure("environment", {
    what: `instance ${instance} ended before the load began: ${how}`,
    meaning: "no order was sent",
    remedy: "look at what it said above; with fewer --instances less memory is needed",
  });
}

function notStarted(): Failure {
  return new Failure("environment", {
    what: "the load was stopped before it began",
    meaning: "no order was sent",
  });
}
