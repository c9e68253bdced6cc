/** How a value may not stand to its bound: `response_p99>100ms` is crossed by 101 ms. */
export const comparisons = [">=", "<=", ">", "<"] as const;
export type Comparison = (typeof comparisons)[number];

/** What a run must not do: one `--fail-if`. */
export interface Threshold {
  /** As it was asked for. */
  readonly text: string;
  readonly metric: string;
  readonly comparison: Comparison;
  /** In the metric's own unit: milliseconds, shares from 0 to 1, per second, or a count. */
  readonly bound: number;
  /** Crossed only where every second of such a time was; undefined: the whole run's figure is judged. */
  readonly forSeconds: number | undefined;
}

export function crosses({ comparison, bound }: Threshold, value: number): boolean {
  if (comparison === ">") return value > bound;
  if (comparison === ">=") return value >= bound;
  return comparison === "<" ? value < bound : value <= bound;
}
