import type { ProductEvidence, Stock } from "./database-evidence.ts";

/** What is written of one product in different places, in pieces. */
export interface ProductBooks {
  /** undefined: it is not stocked. A figure that is undefined is not kept. */
  readonly stock: Stock | undefined;
  /** Pieces that are reserved for somebody, counted where it stands for whom. */
  readonly promised: number;
  /** The total by another account, as recorded movements are one; undefined: there is none. */
  readonly totalElsewhere: number | undefined;
}

export type Breach =
  | "available-below-zero"
  | "reserved-below-zero"
  | "reserved-differs"
  | "oversold"
  | "does-not-add-up"
  | "total-differs";

/**
 * The law of conservation: nothing is below zero, what is reserved was promised, no more is promised
 * than there is, available and reserved make the total, and that is the same in every account. What
 * is not kept breaks nothing; a product that is not stocked is oversold from the first piece. Pure.
 */
export function breaches({ stock, promised, totalElsewhere }: ProductBooks): ReadonlySet<Breach> {
  const { available, reserved, total } = stock ?? nothing;
  const found = new Set<Breach>();
  if (available < 0) found.add("available-below-zero");
  if (reserved !== undefined && reserved < 0) found.add("reserved-below-zero");
  if (stock !== undefined && reserved !== undefined && reserved !== promised) {
    found.add("reserved-differs");
  }
  if (total !== undefined && promised > total) found.add("oversold");
  if (reserved !== undefined && total !== undefined && available + reserved !== total) {
    found.add("does-not-add-up");
  }
  if (stock !== undefined && total !== undefined && total !== (totalElsewhere ?? total)) {
    found.add("total-differs");
  }
  return found;
}

const nothing: Stock = { available: 0, reserved: 0, total: 0 };

/** @param before pieces that were reserved before the orders were kept. */
export function booksOf(
  { stock, reservedByOrders, movedTotal }: ProductEvidence,
  before = 0,
): ProductBooks {
  return { stock, promised: reservedByOrders + before, totalElsewhere: movedTotal };
}
