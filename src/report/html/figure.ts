/** Median, extremes and all runs; the unit stands in the name of the field that holds it. */
export type FigureJson = Spread;

/** Of the runs of one variant. All figures in the unit of the values. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** In the order of the runs. */
  readonly runs: readonly number[];
}
