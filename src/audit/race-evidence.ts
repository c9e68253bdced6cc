/** What a race knows besides what every run does. */
export interface RaceEvidence {
  /** Of the row that was raced for. */
  readonly productId: string;
  readonly overlap: Overlap;
}

/** What was seen of transactions meeting at the raced row. */
export interface Overlap {
  /** Whether the row was held to make them meet. */
  readonly held: boolean;
  readonly rounds: number;
  readonly roundsWithOverlap: number;
  /** Most transactions, not ours, at the row at once. */
  readonly transactionsMax: number;
  readonly backends: readonly { readonly pid: number; readonly applicationName: string }[];
}

/** A stock that was set for the run: otherwise nobody knows what else sells the product. */
export interface LimitedStock {
  readonly productId: string;
  /** Pieces that were available when the run began. */
  readonly stock: number;
  /** Pieces in each order of the run. */
  readonly quantity: number;
}
