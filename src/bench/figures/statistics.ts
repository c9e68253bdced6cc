import type { Spread } from "../../report/html/figure.ts";

/** Pure. With an even count the median is the mean of the two in the middle; of no value it is 0. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  return { median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0, runs: values };
}

/**
 * Pure: run by run, so that what slowed the machine down for a while slows both sides of a ratio.
 * @returns undefined when a run lacks its other side, or that is 0.
 */
export function ratios(
  values: readonly number[],
  others: readonly number[] | undefined,
): Spread | undefined {
  if (others === undefined || values.length === 0) return undefined;
  const each: number[] = [];
  for (const [run, value] of values.entries()) {
    const other = others[run];
    if (other === undefined || other === 0) return undefined;
    each.push(value / other);
  }
  return spreadOf(each);
}

/** Pure: the variants in the order of run `run`, from 0: every other run goes backwards. */
export function inOrderOfRun<T>(variants: readonly T[], run: number): readonly T[] {
  return run % 2 === 0 ? variants : variants.toReversed();
}
