import type { Baseline, ProductEvidence } from "../database-evidence.ts";

/**
 * What the reserved quantity was ahead of the reserved order rows when the run began. Only for
 * systems whose books did not start even: where every stock change is a movement, and where they
 * did start even, it is 0 for every product.
 */
export function reservedBeforeRun(
  productId: string,
  baseline: Baseline | undefined,
  movementsKept: boolean,
): number {
  if (movementsKept) return 0;
  const before = baseline?.products.find((product) => product.productId === productId);
  if (before?.stock?.reserved === undefined) return 0;
  return before.stock.reserved - before.reservedByOrders;
}

/** A figure summed over the products, for a cell of the table. */
export function productCell(
  products: readonly ProductEvidence[],
  figure: (product: ProductEvidence) => number | undefined,
): string {
  const sum = products.reduce((total, product) => total + (figure(product) ?? 0), 0);
  return `${sum} in ${products.length} product${products.length === 1 ? "" : "s"}`;
}
