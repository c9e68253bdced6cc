import { shown } from "../../../report/terminal.ts";
import { padEnd, padStart, shortened } from "../../../report/width.ts";
import type { OrderLineView } from "../answers.ts";

/** `MM-DD HH:MM:SS id status quantity × product`, and the customer where there is room. Pure. */
export function orderLine(line: OrderLineView, width: number): string {
  const id =
    line.line_no === null || line.line_no === 1
      ? line.order_id
      : `${line.order_id} #${line.line_no}`;
  const why = line.rejection_reason === null ? "" : ` (${line.rejection_reason})`;
  const parts = [
    line.created_at.slice(5, 19).replace("T", " "),
    shown(id),
    padEnd(shown(line.status), 8),
    padStart(String(line.quantity), 3),
    "×",
    shown(line.product_id),
    shown(line.customer_id),
  ];
  return shortened(`${parts.join(" ")}${shown(why)}`, width);
}

/** A heading, and a line for each. Pure. */
export function orderLinesText(lines: readonly OrderLineView[], width: number): string {
  const head = `${"decided (UTC)".padEnd(14)} ${"order".padEnd(36)} ${"status".padEnd(8)} qty   product customer`;
  return [shortened(head, width), ...lines.map((line) => orderLine(line, width))].join("\n");
}

const ours: readonly string[] = ["reserved", "rejected", "released", "shipped"];

/** Another program may write statuses of its own: an unknown word is no error, but it is named. */
export function noOrdersText(status: string | undefined): string {
  if (status === undefined || ours.includes(status)) return "no such orders";
  return `no such orders: none has the status "${status}"; orders writes ${ours.join(", ")}`;
}
