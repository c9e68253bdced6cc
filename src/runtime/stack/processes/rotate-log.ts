import { copyFileSync, renameSync, statSync, truncateSync } from "node:fs";

export const logLimits = { bytesMax: 10 * 1024 * 1024, filesMax: 3 } as const;

/**
 * Keeps a log that somebody else is appending to within its limit: <log> is copied to <log>.1 and
 * emptied in place (its writer has it open with O_APPEND and goes on at the start); older copies
 * move up, the oldest falls off. Lines written between copy and truncation are lost: logs are for
 * reading, nothing is decided from them.
 * @returns whether it rotated.
 */
export function rotateLog(
  path: string,
  limits: { readonly bytesMax: number; readonly filesMax: number } = logLimits,
): boolean {
  try {
    if (statSync(path).size < limits.bytesMax) return false;
    for (let n = limits.filesMax - 2; n >= 1; n--) moveIfThere(`${path}.${n}`, `${path}.${n + 1}`);
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    return true;
  } catch {
    // No log yet, or a full disk: then emptying what cannot be copied would lose what explains it.
    return false;
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {}
}
