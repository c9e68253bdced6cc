import type { Runnable } from "../../runtime/lifecycle/runnable.ts";

/** Runs beside the reservation in its process, where somebody asked for it; what it dies of ends both. */
export interface Beside extends Runnable {
  /**
   * Waits until it has done what follows from the log as it is at the call, or until the signal.
   * @param withinMs undefined: as long as it takes.
   * @throws Failure("inconclusive") when the time is over.
   */
  catchUp(signal: AbortSignal, withinMs: number | undefined): Promise<void>;
}
