import { setTimeout as wait } from "node:timers/promises";
import type { StackStatus } from "./stack-status.ts";
import { readStatus } from "./status.ts";

const pollMs = 500;

/**
 * Waits until everything of the stack runs, is ready and answers.
 * @param onWait told each time that what it waits for has changed.
 * @returns the last status: healthy, or as it was when the time was over or the signal came.
 */
export async function waitUntilReady(
  stack: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  onWait: (status: StackStatus) => void,
): Promise<StackStatus> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const status = await readStatus(stack);
    if (status.healthy || signal.aborted || performance.now() >= deadlineMs) return status;
    onWait(status);
    const leftMs = Math.max(0, deadlineMs - performance.now());
    await wait(Math.min(pollMs, leftMs), undefined, { signal }).catch(() => {});
  }
}

/** Reads the status again and again until the signal. */
export async function watchStatus(
  stack: string,
  { intervalMs, signal }: { readonly intervalMs: number; readonly signal: AbortSignal },
  onStatus: (status: StackStatus) => Promise<void> | void,
): Promise<void> {
  while (!signal.aborted) {
    await onStatus(await readStatus(stack));
    await wait(intervalMs, undefined, { signal }).catch(() => {});
  }
}
