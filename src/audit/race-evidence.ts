/** What a race knows besides what every run does. */
export interface RaceEvidence {
  /** Whose rows were raced for. */
  readonly products: readonly string[];
  readonly overlap: Overlap;
  /** Orders sent, by the race's own count. */
  readonly sent: number;
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
  /** Accepted orders for this product. */
  readonly accepted: number;
  /** Orders that were to be sent for it, where that is known beforehand. */
  readonly planned: number | undefined;
}
