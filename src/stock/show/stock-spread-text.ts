import { shown } from "../../failure/shown.ts";
import type { StockSpread } from "../spread-stock.ts";

/** One line: what there was, and what there is now. */
export function stockSpreadText(spread: StockSpread): string {
  const { product_id, slots, slots_before, available_quantity, allotted_per_slot } = spread;
  const product = shown(product_id);
  if (slots === 0) {
    return slots_before === 0
      ? `${product} is not spread`
      : `${product} gathered from ${counted(slots_before)}: ${available_quantity} available`;
  }
  const was =
    slots_before === slots
      ? "still"
      : slots_before === 0
        ? "now"
        : `from ${counted(slots_before)} now`;
  return `${product} ${was} spread over ${counted(slots)} of ${allotted_per_slot} pieces each: ${available_quantity} available`;
}

function counted(slots: number): string {
  return `${slots} ${slots === 1 ? "slot" : "slots"}`;
}
