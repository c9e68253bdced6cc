/** What became of an order that could be decided. Dead letters are those that never can be. */
export type Outcome = Reserved | Rejected;

export interface Reserved {
  readonly status: "reserved";
}

export interface Rejected {
  readonly status: "rejected";
  readonly reason: RejectionReason;
  /** The product that decided it: the first, in line order, that could not be met. */
  readonly productId: string;
  /** Pieces of that product that the whole order asked for. */
  readonly wanted: number;
  /** Pieces that were available at that moment; 0 for an unknown product. */
  readonly available: number;
}

export type RejectionReason = "insufficient_stock" | "unknown_product";

export const reserved: Reserved = { status: "reserved" };
