import { addCounts, type Counts, noCounts, settled } from "../counts.ts";
import type { SchedulePart } from "../schedule/part-of.ts";
import type { AnswerCount, Slice } from "../slice.ts";

const kind = "instance died";

/**
 * The part of the schedule that a dead process leaves behind, so that every order of the whole has
 * its state. What was due while it lived and of which it told no outcome may have been sent: unknown.
 * What was due later was certainly never tried: dropped.
 */
export class LostPart {
  readonly #part: SchedulePart;
  readonly #diedMs: number;
  readonly #toldOffered: number;
  readonly #toldSettled: number;
  readonly #counted = noCounts();

  /**
   * @param diedMs since the start of the schedule.
   * @param told what its slices say, without the warm-up.
   */
  constructor(part: SchedulePart, diedMs: number, told: Counts) {
    this.#part = part;
    this.#diedMs = diedMs;
    this.#toldOffered = told.offered;
    this.#toldSettled = settled(told);
  }

  /** What came to it by `untilMs`, after what the slices before this one said. Call it in order. */
  slice(second: number, untilMs: number): Slice {
    // A slice may tell of orders that were due after the moment at which all were told to stop.
    const lost = Math.max(this.#toldOffered, this.#due(Math.min(untilMs, this.#diedMs)));
    const due = Math.max(lost, this.#due(untilMs));
    const counts = {
      ...noCounts(),
      offered: due - this.#toldOffered - this.#counted.offered,
      unknown: lost - this.#toldSettled - this.#counted.unknown,
      dropped: due - lost - this.#counted.dropped,
    };
    addCounts(this.#counted, counts);
    const answers: AnswerCount[] = [];
    for (const state of ["dropped", "unknown"] as const)
      if (counts[state] > 0) answers.push({ state, kind, count: counts[state] });
    return { second, counts, answers, histograms: {}, gauges: {} };
  }

  #due(ms: number): number {
    return Math.max(0, this.#part.ordersDue(ms) - (this.#part.warmUp?.orders ?? 0));
  }
}
