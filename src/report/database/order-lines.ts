import type { OrderLineView } from "../../ports/database-inspection.ts";
import { oneLine } from "./figures.ts";

/** `HH:MM:SS.mmm  id  product × quantity  status` and the customer where there is room. Pure. */
export function orderLine(line: OrderLineView, width: number): string {
  const id =
    line.line_no === null || line.line_no === 1
      ? line.order_id
      : `${line.order_id} #${line.line_no}`;
  const why = line.rejection_reason === null ? "" : ` (${line.rejection_reason})`;
  const text = `${line.created_at.slice(11, 23)} ${id} ${line.status.padEnd(8)} ${String(line.quantity).padStart(3)} × ${line.product_id} ${line.customer_id}${why}`;
  return oneLine(text, width);
}

export function orderLinesHead(width: number): string {
  return oneLine(
    `${"time (UTC)".padEnd(12)} ${"order".padEnd(36)} ${"status".padEnd(8)} qty   product customer`,
    width,
  );
}
