import { Failure } from "../failure/failure.ts";

/** What a person asks for: so many pieces to be available, or so many more (or fewer). */
export type StockRequest =
  | { readonly kind: "set"; readonly available: number }
  | { readonly kind: "add"; readonly pieces: number };

/** Sums of many products stay below 2^53. */
export const piecesMax = 1_000_000_000_000;

/**
 * Pure. Reserved pieces are never touched: they belong to orders.
 * @param available pieces now, read under the row's lock.
 * @returns the change of available_quantity and of total_quantity.
 * @throws Failure("usage") when the stock would leave 0 … piecesMax.
 */
export function planChange(productId: string, available: number, request: StockRequest): number {
  const delta = request.kind === "set" ? request.available - available : request.pieces;
  const after = available + delta;
  if (after < 0) {
    throw new Failure("usage", {
      what: `${productId} has ${available} available pieces, ${-delta} cannot be taken`,
      meaning: "reserved pieces belong to orders; stock never goes below 0",
      remedy: `take at most ${available}, or \`orders stock set ${productId} --available 0\``,
    });
  }
  if (after > piecesMax) {
    throw new Failure("usage", {
      what: `${productId} would have ${after} available pieces`,
      meaning: `the most that a product may have is ${piecesMax}, so that every sum stays exact`,
      remedy: "use a smaller quantity",
    });
  }
  return delta;
}
