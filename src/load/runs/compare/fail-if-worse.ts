import { Failure } from "../../../failure/failure.ts";
import type { ComparedFigure } from "./compare-runs.ts";

/** @throws Failure("usage") */
export function parseFailIfWorse(text: string): number {
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1];
  if (percent !== undefined) return Number(percent) / 100;
  throw new Failure("usage", {
    what: `--fail-if-worse "${text}" is no share`,
    remedy: "write it in per cent: --fail-if-worse 10%",
  });
}

/** Pure: what is worse by so much or more, and by more than noise. What is the generator's own counts not. */
export function failedFigures(
  figures: readonly ComparedFigure[],
  bound: number | undefined,
): readonly string[] {
  if (bound === undefined) return [];
  return figures
    .filter(({ verdict, of }) => verdict === "worse" && of === "system")
    .filter(({ a, b }) => a === 0 || Math.abs(b / a - 1) >= bound)
    .map(({ name }) => name);
}
