import type { ResetResult } from "../reset-pipeline.ts";

export function resetText(result: ResetResult): string {
  const lines = [
    `${result.orders_removed} orders and ${result.dead_letters_removed} dead letters removed`,
    `${result.pieces_returned} reserved pieces of ${result.products_restored} products available again`,
    ...(result.products_reseeded > 0
      ? [`${result.products_reseeded} products have the stock they were seeded with again`]
      : []),
    `epoch ${result.epoch_id} begins`,
  ];
  if (result.messages_behind > 0) {
    lines.push(
      `${result.messages_behind} orders placed before are still to be decided, in this epoch`,
    );
  }
  return lines.join("\n");
}

/** Pure: one line for each kind of thing that a reset removes or changes. */
export function resetLoss(preview: {
  readonly database: string;
  readonly orders: number;
  readonly dead_letters: number;
  readonly products: number;
  readonly keepStock: boolean;
}): readonly string[] {
  const { database, orders, dead_letters: letters, products, keepStock } = preview;
  return [
    `${orders} orders and ${letters} dead letters in ${database}`,
    keepStock
      ? "what they reserved is available again; totals stay"
      : `the stock of ${products} products: as seeded, whatever was set or added since (--keep-stock keeps it)`,
  ];
}
