import { setTimeout as pause } from "node:timers/promises";

export interface Wait {
  /** On Date.now()'s clock. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks again and again until there is an answer. A probe that throws has no answer yet.
 * @param giveUp called before each further try, with what the last one ran into: throws when waiting
 * longer cannot help.
 * @param expired makes the error for when the time is up; given the probe's last error.
 */
export async function waitUntil<T>(
  wait: Wait,
  probe: () => Promise<T | undefined>,
  giveUp: (lastError: unknown) => Promise<void>,
  expired: (lastError: unknown) => Promise<Error>,
): Promise<T> {
  let lastError: unknown;
  for (;;) {
    wait.signal.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
    } catch (error) {
      lastError = error;
    }
    await giveUp(lastError);
    if (Date.now() >= wait.deadlineMs) throw await expired(lastError);
    await pause(50, undefined, { signal: wait.signal });
  }
}
