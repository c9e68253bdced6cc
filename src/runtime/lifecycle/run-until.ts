import type { Runnable } from "./runnable.ts";

export interface RunUntil<T> {
  /** See listenForShutdown; undefined for what heeds it as a part of its work. */
  readonly signal?: AbortSignal | undefined;
  readonly stopWithinMs: number;
  /** For what ends by itself: begun when it is at work. `ended` is aborted when nobody waits any more. */
  readonly done?: (ended: AbortSignal) => Promise<T>;
}

/**
 * Starts it, waits for the signal, for `done`, or for its death; stops it, whichever came.
 * @returns what `done` brought; undefined when the signal came first.
 * @throws what hindered the start, what it died of, or what `done` throws.
 */
export async function runUntil<T = never>(
  runnable: Runnable,
  { signal, stopWithinMs, done }: RunUntil<T>,
): Promise<T | undefined> {
  if (signal?.aborted) return undefined;
  const ended = new AbortController();
  let onAbort = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  async function run(): Promise<T | undefined> {
    await runnable.start();
    if (signal?.aborted) return undefined;
    const waiting = [runnable.failed, aborted];
    return Promise.race(done === undefined ? waiting : [...waiting, done(ended.signal)]);
  }
  const running = run();
  // A start that fails because it is stopped tells nothing new.
  running.catch(() => {});
  try {
    return await Promise.race([running, aborted]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    ended.abort();
    await runnable.stop(stopWithinMs);
  }
}
