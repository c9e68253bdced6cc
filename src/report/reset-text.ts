export interface ResetText {
  readonly epoch_id: number;
  readonly orders_removed: number;
  readonly dead_letters_removed: number;
  readonly products_restored: number;
  readonly pieces_returned: number;
  readonly messages_behind: number;
}

export function resetText(result: ResetText): string {
  const lines = [
    `${result.orders_removed} orders and ${result.dead_letters_removed} dead letters removed`,
    `${result.pieces_returned} reserved pieces of ${result.products_restored} products available again`,
    `epoch ${result.epoch_id} begins`,
  ];
  if (result.messages_behind > 0) {
    lines.push(
      `${result.messages_behind} orders placed before are still to be decided, in this epoch`,
    );
  }
  return lines.join("\n");
}
