import { join } from "node:path";
import { acquireLock, type LockHolder } from "./processes/file-lock.ts";

const waitMs = 30_000;

/** One `up` or `down` of a stack at a time. @returns the release function. */
export function lockStack(
  directory: string,
  doing: string,
  signal: AbortSignal | undefined,
  onWait: (holder: LockHolder) => void,
): Promise<() => void> {
  return acquireLock({ path: join(directory, "lock"), doing, waitMs, signal, onWait });
}
