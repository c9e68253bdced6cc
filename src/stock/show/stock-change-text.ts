import { shown } from "../../failure/shown.ts";

export interface StockChangeResult {
  readonly product_id: string;
  readonly available_quantity: number;
  readonly reserved_quantity: number;
  readonly total_quantity: number;
  readonly delta: number;
  readonly created: boolean;
}

/** One line: what changed, and what there is now. */
export function stockChangeText(change: StockChangeResult): string {
  const { available_quantity, reserved_quantity, total_quantity, delta, created } = change;
  const what = delta === 0 ? "unchanged" : `${delta > 0 ? "+" : "−"}${Math.abs(delta)}`;
  const now = `${available_quantity} available + ${reserved_quantity} reserved = ${total_quantity}`;
  return `${shown(change.product_id)}${created ? " created," : ""} ${what}: ${now}`;
}
