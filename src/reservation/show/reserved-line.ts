import { shown } from "../../failure/shown.ts";
import type { Order } from "../../order/order.ts";

/** The reference system's line; an order of several lines names its products and the pieces in all. */
export function reservedLine({ orderId, customerId, lines }: Order): string {
  const products = shown(lines.map((line) => line.productId).join("+"));
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const amount = lines.reduce((sum, line) => sum + Math.round(line.amount * 100), 0) / 100;
  return `✓ Order ${orderId} processed: Customer=${shown(customerId)}, Product=${products}, Qty=${pieces}, Amount=${amount.toFixed(2)}`;
}
