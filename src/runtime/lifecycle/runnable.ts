/**
 * The one contract of whatever runs: the API, the consumer, the dead-letter publisher, a load, a
 * health server, instances of a service. Whoever starts and stops it needs to know nothing else.
 *
 *     new ──start──▶ starting ──▶ running ──stop──▶ stopping ──▶ stopped
 *      │                │            └── failed (by itself) ──stop──▶ …
 *      └────── stop ────┴──────────────────────────▶ stopped
 *
 * It runs once: from `stopped` no way leads back.
 */
export interface Runnable {
  /**
   * Opens what it needs and begins. Resolves when it is at work, which need not mean ready.
   * @throws what hinders it; by then it has closed all that it had opened, and is `stopped`.
   * @throws the reason of the stop that came before it was at work.
   * @throws Error when it was started or stopped before: that is a mistake of the caller's.
   */
  start(): Promise<void>;
  /** Why it is of no use right now; undefined when all is well. May be asked in every state. */
  notReadyBecause(): string | undefined;
  /** Rejects when it dies by itself after it was started; never resolves. It is still to be stopped. */
  readonly failed: Promise<never>;
  /**
   * Finishes what is in hand and closes everything. Allowed in every state; further calls wait for
   * the first. Resolves after `withinMs` at the latest: what hangs longer is not waited for, and
   * goes on closing.
   */
  stop(withinMs: number): Promise<void>;
}
