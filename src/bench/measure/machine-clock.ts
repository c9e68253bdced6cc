/**
 * Milliseconds by the machine's monotonic clock: one clock for all its processes, unlike
 * performance.now(), and one that nobody sets, unlike Date.now().
 */
export function machineClockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
