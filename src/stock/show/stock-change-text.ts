import { shown } from "../../failure/shown.ts";
import type { StockChange } from "../change-stock.ts";

/** One line: what changed, and what there is now. */
export function stockChangeText(change: StockChange): string {
  const { available_quantity, reserved_quantity, total_quantity, delta, created } = change;
  const what = delta === 0 ? "unchanged" : `${delta > 0 ? "+" : "−"}${Math.abs(delta)}`;
  const now = `${available_quantity} available + ${reserved_quantity} reserved = ${total_quantity}`;
  return `${shown(change.product_id)}${created ? " created," : ""} ${what}: ${now}`;
}
