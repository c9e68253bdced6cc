/** Below this a timer is too coarse: it may fire a millisecond late. */
const timerResolutionMs = 1.5;

/**
 * Where orders are at least this far apart, the last millisecond before each is spent polling (under
 * a fifth of a core), so it leaves within microseconds. Closer ones leave on a millisecond's tick, or
 * earlier when an answer comes in: polling would take a core that the system under load needs.
 */
const pollingGapMinMs = 10;

/** Wakes a paced sender, as finely as its pace is worth. */
export class WakeUp {
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /**
   * At the latest when `waitMs` have passed, give or take the millisecond above; earlier is usual.
   * @param gapMs from the order before to the one that is waited for.
   */
  within(waitMs: number, gapMs: number): void {
    if (waitMs > timerResolutionMs) this.#later(waitMs - timerResolutionMs);
    else if (gapMs >= pollingGapMinMs) this.soon();
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
