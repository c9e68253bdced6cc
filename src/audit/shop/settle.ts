import { setTimeout as delay } from "node:timers/promises";

export interface SettleOptions {
  /** Longest wait; 0: one look. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (open: number) => void;
}

const pollMs = 100;

/**
 * Waits until nothing is under way any more, or the time is up.
 * @param open how much is.
 * @returns how much still is.
 * @throws the signal's reason when it is aborted.
 */
export async function settle(
  open: () => Promise<number>,
  { withinMs, signal, onProgress }: SettleOptions,
): Promise<number> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const left = await open();
    onProgress?.(left);
    if (left === 0 || performance.now() >= untilMs) return left;
    await delay(pollMs, undefined, { signal });
  }
}
