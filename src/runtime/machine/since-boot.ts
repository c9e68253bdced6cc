/**
 * Milliseconds since this machine was started: the same clock for all its processes, and nobody sets
 * it. After a start it begins anew; what was noted before that may lie in its future.
 */
export function sinceBootMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
