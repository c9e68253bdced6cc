import { setTimeout as wait } from "node:timers/promises";
import type { Runnable } from "./runnable.ts";

/** What a runnable does; when it may do it, `createRunnable` sees to. Each is called once at most. */
export interface RunnableWork {
  /**
   * @param signal aborted when the stop comes first: what is still waited for is given up.
   * @param fail tells that it died by itself.
   */
  start(signal: AbortSignal, fail: (error: unknown) => void): Promise<void> | void;
  /** Asked in every state, also before `start`. */
  notReadyBecause(): string | undefined;
  /** After `start` has ended, well or not: closes what it had opened by then. */
  stop(withinMs: number): Promise<void>;
}

/** For what could not be started: nobody says how long closing it may take. */
const closeWithinMs = 5_000;

/** The states of the contract, written once. @param name for the words of a mistaken call, and of /ready. */
export function createRunnable(name: string, work: RunnableWork): Runnable {
  const stop = new AbortController();
  let state: "not started" | "starting" | "running" | "stopping" | "stopped" | "failed" =
    "not started";
  let started: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  let closed: Promise<void> | undefined;
  let reject: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, rejectIt) => {
    reject = rejectIt;
  });
  failed.catch(() => {});

  function fail(error: unknown): void {
    if (stop.signal.aborted) return;
    state = "failed";
    reject(error);
  }

  function close(withinMs: number): Promise<void> {
    closed ??= work.stop(withinMs).finally(() => {
      state = "stopped";
    });
    return within(withinMs, closed);
  }

  async function begin(): Promise<void> {
    state = "starting";
    try {
      await work.start(stop.signal, fail);
      stop.signal.throwIfAborted();
      if (state === "starting") state = "running";
    } catch (error) {
      await close(closeWithinMs).catch(() => {});
      throw error;
    }
  }

  async function end(untilMs: number): Promise<void> {
    if (started === undefined) {
      state = "stopped";
      return;
    }
    state = "stopping";
    await started.catch(() => {});
    await close(Math.max(0, untilMs - performance.now()));
  }

  return {
    failed,
    start() {
      if (stop.signal.aborted)
        return Promise.reject(new Error(`${name}: stopped before its start`));
      if (started !== undefined) return Promise.reject(new Error(`${name}: started twice`));
      started = begin();
      return started;
    },
    notReadyBecause: () =>
      state === "running"
        ? work.notReadyBecause()
        : (work.notReadyBecause() ?? `${name}: ${state}`),
    stop(withinMs) {
      stop.abort();
      stopped ??= within(withinMs, end(performance.now() + withinMs));
      return stopped;
    },
  };
}

/** @throws what the work throws in time; what it throws later goes unheeded. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const bound = new AbortController();
  const late = wait(ms, undefined, { signal: bound.signal }).catch(() => {});
  work.catch(() => {});
  await Promise.race([work, late]).finally(() => bound.abort());
}
