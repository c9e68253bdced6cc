import { count, milliseconds } from "../../report/figures.ts";
import type { LoadProgress } from "../load-options.ts";
import type { Slice } from "../slice.ts";
import { liveLine } from "./live-line.ts";
import { sparkline } from "./sparkline.ts";

/** Seconds that the sparkline shows. */
const sparkSeconds = 40;

/** What a terminal shows of a load: a line of how it stands, and below it how it got there. */
export class LiveScreen {
  readonly #ackedPerSecond: number[] = [];
  #lag: number | undefined;

  second({ second, counts, gauges }: Slice): void {
    if (second < 0) return;
    this.#ackedPerSecond.push(counts.acked);
    if (this.#ackedPerSecond.length > sparkSeconds) this.#ackedPerSecond.shift();
    this.#lag = gauges.lag;
  }

  /** Lines of at most `columns` characters; one alone where there is little room, or nothing to add yet. */
  lines(progress: LoadProgress, columns: number): readonly string[] {
    const first = liveLine(progress, columns);
    if (this.#ackedPerSecond.length === 0) return [first];
    const { scheduleLagMs } = progress;
    const parts = [
      ...(this.#lag === undefined ? [] : [`lag ${count(this.#lag)}`]),
      `schedule lag p99 ${milliseconds(scheduleLagMs.p99)}`,
    ];
    const words = `acked a second, most ${count(Math.max(...this.#ackedPerSecond))}  ${parts.join("  ")}  `;
    const room = columns - words.length;
    if (room < 1) return [first, words.trimEnd().slice(0, columns)];
    return [first, words + sparkline(this.#ackedPerSecond.slice(-room))];
  }
}
