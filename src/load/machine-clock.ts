/**
 * Milliseconds by the machine's monotonic clock: one clock for all its processes, unlike
 * performance.now(), and one that nobody sets, unlike Date.now().
 */
export function machineClockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}

/** A moment on which several processes of one machine agree. */
export interface Moment {
  /** By machineClockMs. */
  readonly machineMs: number;
  /** Milliseconds since the epoch. */
  readonly epochMs: number;
}

export function momentIn(ms: number): Moment {
  return { machineMs: machineClockMs() + ms, epochMs: Date.now() + ms };
}

/** The same moment by this process's performance.now(). */
export function ownClockMs({ machineMs }: Moment): number {
  return performance.now() + machineMs - machineClockMs();
}
