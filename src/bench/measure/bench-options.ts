/** What every bench is told. */
export interface BenchOptions {
  /** In a measurement. */
  readonly orders: number;
  readonly linesPerOrder: number;
  readonly customers: number;
  /** The same gives the same customers and products. */
  readonly seed: string;
  readonly runs: number;
  readonly signal: AbortSignal;
}
