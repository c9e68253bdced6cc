import { Failure } from "../../../failure/failure.ts";
import { runUntil } from "../run-until.ts";
import type { SharerMessage, SharerOrders } from "./as-port-sharer.ts";
import { createInstances, InstanceDied } from "./instances.ts";
import { ownFile } from "./own-program.ts";
import type { RestartDecision } from "./restart-policy.ts";
import { type Child, type ChildEnd, startChild } from "./start-child.ts";
import { Census } from "./tell-all.ts";
import { asFailure } from "./told-failure.ts";

export interface SharePortOptions<Orders, Counts> {
  /** What each runs, relative to src: a file that calls serveAsPortSharer. */
  readonly file: string;
  readonly orders: Orders;
  readonly count: number;
  /** Of a process that has done nothing. */
  readonly noCounts: Counts;
  /** As people call it, and what it means that none of it runs. */
  readonly of: { readonly service: string; readonly down: string };
  readonly stopWithinMs: number;
  readonly signal: AbortSignal;
  readonly onListening: (port: number) => void;
  readonly onDeath: (instance: number, text: string) => void;
  /** Puts together what processes tell of themselves where one of them asks for all (Together). */
  readonly merge?: (told: readonly unknown[]) => Promise<unknown>;
}

export interface SharePortResult<Counts> {
  /** Sums over the processes that ended in order; a killed one takes its counts along. */
  readonly counts: Counts;
  readonly restarts: number;
}

/**
 * Several processes that share one port. One that dies is started again, later each time, and left
 * down after a few times; the rest goes on.
 * @throws Failure of a process that could not listen, or Failure("bug") when every one stays down.
 */
export async function sharePort<
  Orders extends Omit<SharerOrders, "instance">,
  Counts extends { readonly [K in keyof Counts]: number },
>(options: SharePortOptions<Orders, Counts>): Promise<SharePortResult<Counts>> {
  const { file, orders, count, signal, stopWithinMs } = options;
  let counts = options.noCounts;
  let listening: number | undefined;
  let refuse: (failure: Failure) => void = () => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  refused.catch(() => {});

  const census = new Census<Child>(options.merge ?? (async (told) => told));

  /**
   * Node shares a socket among those that ask for the same: where the first asked for any free port,
   * one that asked for its number would find it taken. Where none is left, the number is asked for.
   */
  const asked = new Map<Child, number>();
  const portToAsk = () => asked.values().next().value ?? listening ?? orders.port;

  function onMessage(message: SharerMessage<Counts>, instance: number, sharer: Child): void {
    if ("ready" in message) {
      const port = portToAsk();
      asked.set(sharer, port);
      void sharer.ended.finally(() => asked.delete(sharer));
      sharer.send({ ...orders, port, instance });
    }
    if ("listening" in message) {
      census.add(sharer);
      void sharer.ended.finally(() => census.remove(sharer));
      if (listening === undefined) {
        listening = message.listening;
        options.onListening(listening);
      }
    } else if ("counts" in message) counts = sum(counts, message.counts);
    else if ("failure" in message) refuse(asFailure(message.failure));
    else if (!("ready" in message)) census.onMessage(message, sharer);
  }

  const instances = createInstances({
    ...{ count, afterDeath: "restart", mayEnd: false },
    start(instance) {
      const program = ownFile(file);
      const sharer = startChild({
        ...program,
        env: process.env,
        output: "ours",
        sharesPorts: true,
      });
      sharer.onMessage((message) => onMessage(message as SharerMessage<Counts>, instance, sharer));
      return sharer;
    },
    onDeath: ({ instance, end, restart }) =>
      options.onDeath(instance, deathText(instance, end, restart)),
  });
  try {
    await runUntil(instances, { signal, stopWithinMs, done: () => refused });
  } catch (error) {
    throw error instanceof InstanceDied ? allDown(options.of, howItEnded(error.death.end)) : error;
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

function sum<Counts extends { readonly [K in keyof Counts]: number }>(
  a: Counts,
  b: Counts,
): Counts {
  const names = Object.keys(a) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Counts;
}

function allDown(
  { service, down }: SharePortOptions<unknown, unknown>["of"],
  how: string,
): Failure {
  return new Failure("bug", {
    what: `every instance of ${service} died again and again: ${how}`,
    meaning: down,
    remedy: "the log above says what each died of",
  });
}
