import type { Logger } from "pino";
import { Failure } from "../../failure/failure.ts";
import { createInstances, InstanceDied } from "../../runtime/lifecycle/processes/instances.ts";
import { ownFile } from "../../runtime/lifecycle/processes/own-program.ts";
import type { RestartDecision } from "../../runtime/lifecycle/processes/restart-policy.ts";
import {
  type Child,
  type ChildEnd,
  startChild,
} from "../../runtime/lifecycle/processes/start-child.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { WorkerMessage, WorkerOrders } from "./api-worker.ts";
import type { ApiCounts } from "./serve-api.ts";

export interface ApiClusterOptions {
  readonly orders: Omit<WorkerOrders, "instance">;
  readonly instances: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onListening: (port: number) => void;
}

export interface ApiClusterResult {
  /** Sums over the processes that ended in order; a killed one takes its counts along. */
  readonly counts: ApiCounts;
  readonly restarts: number;
}

/** Beyond the time in which a process answers everything it accepted. */
const stopMarginMs = 11_000;

/**
 * Several processes that share one port. One that dies is started again, later each time, and left
 * down after a few times; the rest goes on.
 * @throws Failure of a process that could not listen, or Failure("bug") when every one stays down.
 */
export async function runApiCluster(options: ApiClusterOptions): Promise<ApiClusterResult> {
  const { orders, instances: count, log, signal } = options;
  let counts = noCounts;
  let listening: number | undefined;
  let refuse: (failure: Failure) => void = () => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  refused.catch(() => {});

  function onMessage(message: WorkerMessage, instance: number, worker: Child): void {
    if ("ready" in message) {
      // Where any free port was asked for, a replacement listens where the others do.
      worker.send({ ...orders, port: listening ?? orders.port, instance });
    }
    if ("listening" in message && listening === undefined) {
      listening = message.listening;
      options.onListening(listening);
    }
    if ("counts" in message) counts = sum(counts, message.counts);
    if ("failure" in message) {
      const { kind, ...text } = message.failure;
      refuse(new Failure(kind, text));
    }
  }

  const instances = createInstances({
    ...{ count, afterDeath: "restart", mayEnd: false },
    start(instance) {
      const program = ownFile("intake/wiring/api-worker.ts");
      const worker = startChild({
        ...program,
        env: process.env,
        output: "ours",
        sharesPorts: true,
      });
      worker.onMessage((message) => onMessage(message as WorkerMessage, instance, worker));
      return worker;
    },
    onDeath: ({ instance, end, restart }) =>
      log.error({ instance }, deathText(instance, end, restart)),
  });
  try {
    await runUntil(instances, {
      signal,
      stopWithinMs: orders.settings.publishTimeoutMs + stopMarginMs,
      done: () => refused,
    });
  } catch (error) {
    throw error instanceof InstanceDied ? allDown(howItEnded(error.death.end)) : error;
  }
  return { counts, restarts: instances.restarts };
}

function howItEnded({ code, signal, notStarted }: ChildEnd): string {
  return notStarted?.message ?? signal ?? `exit code ${code}`;
}

function deathText(instance: number, end: ChildEnd, restart: RestartDecision | undefined): string {
  const how = howItEnded(end);
  return restart?.action === "restart"
    ? `instance ${instance} died (${how}), next in ${restart.delayMs} ms`
    : `instance ${instance} died ${restart?.deaths} times, stays down: ${how}`;
}

const noCounts: ApiCounts = {
  ...{ requests: 0, invalid: 0, accepted: 0, unknown: 0, unavailable: 0, refused: 0 },
};

function sum(a: ApiCounts, b: ApiCounts): ApiCounts {
  return {
    requests: a.requests + b.requests,
    invalid: a.invalid + b.invalid,
    accepted: a.accepted + b.accepted,
    unknown: a.unknown + b.unknown,
    unavailable: a.unavailable + b.unavailable,
    refused: a.refused + b.refused,
  };
}

function allDown(how: string): Failure {
  return new Failure("bug", {
    what: `every instance of the API died again and again: ${how}`,
    meaning: "no orders are accepted",
    remedy: "the log above says what each died of",
  });
}
