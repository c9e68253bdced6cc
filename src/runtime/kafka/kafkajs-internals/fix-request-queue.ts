import { createRequire } from "node:module";

/** The part of kafkajs 2.2.4's RequestQueue that is put right here. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  /** On the clock of performance.now(); negative while the broker does not throttle us. */
  throttledUntil: number;
  readonly maxInFlightRequests: number | null;
  readonly inflight: ReadonlyMap<number, unknown>;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  maybeThrottle(throttleMs: number | null | undefined): void;
  canSendSocketRequestImmediately(): boolean;
}

/** As in kafkajs: how soon requests that wait for a place in flight are looked at again. */
const pendingCheckMs = 10;

let applied = false;

/**
 * kafkajs sets a timer after every response, waiting or not, for `throttledUntil - now`: about minus
 * 1.7 × 10^12 ms while nothing throttles. Node takes that for 1 ms, so every connection wakes up
 * a thousand times a second for ever, and Node 24 warns (TimeoutNegativeWarning). With nothing
 * pending there is nothing to look at: the next push sets the timer itself.
 *
 * And it counts a throttle by the clock that people set: set back by an hour meanwhile, and every
 * request waits for an hour. Here it is counted by one that nobody sets.
 */
export function fixRequestQueue(): void {
  if (applied) return;
  applied = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require("kafkajs/src/network/requestQueue") as { prototype: RequestQueue };
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const waitMs = Math.max(this.throttledUntil - performance.now(), pendingCheckMs);
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, waitMs);
  };
  prototype.maybeThrottle = function throttle(this: RequestQueue, throttleMs): void {
    // Of the answers that say nothing of it, it is undefined.
    if (throttleMs === null || throttleMs === undefined || !(throttleMs > 0)) return;
    this.throttledUntil = Math.max(this.throttledUntil, performance.now() + throttleMs);
  };
  prototype.canSendSocketRequestImmediately = function canSend(this: RequestQueue): boolean {
    const { maxInFlightRequests, inflight, throttledUntil } = this;
    const full = maxInFlightRequests !== null && inflight.size >= maxInFlightRequests;
    return !full && throttledUntil <= performance.now();
  };
}
