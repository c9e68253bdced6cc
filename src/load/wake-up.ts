/** Below this a timer is too coarse: it may fire a millisecond late. */
const timerResolutionMs = 1.5;

/**
 * Up to this rate the last millisecond before each order is spent polling (under a fifth of a core),
 * so orders leave within microseconds. Above it orders leave on a millisecond's tick, or earlier when
 * an answer comes in: polling would take a core that the system under load needs.
 */
const pollingRateMaxPerSecond = 100;

/** Wakes a paced sender, as finely as its rate is worth. */
export class WakeUp {
  readonly #polls: boolean;
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(ratePerSecond: number, wake: () => void) {
    this.#polls = ratePerSecond <= pollingRateMaxPerSecond;
    this.#wake = wake;
  }

  /** At the latest when `waitMs` have passed, give or take the millisecond above; earlier is usual. */
  within(waitMs: number): void {
    if (waitMs > timerResolutionMs) this.#later(waitMs - timerResolutionMs);
    else if (this.#polls) this.soon();
    else this.#later(1);
  }

  /** As soon as what is waiting to be read has been read. */
  soon(): void {
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined;
      this.#wake();
    });
  }

  cancel(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  /** A timer that is set already fires earlier than this one would. */
  #later(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#wake();
    }, ms);
  }
}
