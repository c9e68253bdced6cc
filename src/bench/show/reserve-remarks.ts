import type { ReserveBenchJson } from "../figures/bench-result.ts";
import { count } from "./figures.ts";

/** What the marks in the tables mean. */
export function remarks({ results }: ReserveBenchJson): readonly string[] {
  const inexact = results.filter((each) => each.inexact);
  const lost = inexact.reduce((sum, each) => sum + each.lost_pieces, 0);
  return [
    ...(inexact.length > 0
      ? [
          `* inexact: it loses updates, and is here for comparison alone; ${count(lost)} reserved pieces were not taken from the stock.`,
        ]
      : []),
    ...results
      .filter((each) => each.given_up > 0)
      .map(
        (each) =>
          `${each.strategy}, ${each.scenario}: ${count(each.given_up)} orders became dead letters, their stock being locked at every attempt; they count as decided.`,
      ),
    ...(results.some((each) => !each.complete)
      ? ["° cut off when the time for a measurement was over: the rate of what was decided."]
      : []),
    ...(results.some((each) => each.scenario === "three-lines")
      ? ["three-lines: of spread compares lines per second."]
      : []),
  ];
}
