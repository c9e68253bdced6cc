import { plainTable } from "../../report/plain-table.ts";
import { type Paint, shown } from "../../report/terminal.ts";
import type { StockAgreement } from "../stock-agreement.ts";

/** The stock beside what the orders say, and a sentence on whether they agree. */
export function stockAgreementTable(
  { products, sum, agrees, not_compared, cut }: StockAgreement,
  width: number | undefined,
  paint: Paint,
): string {
  if (products.length === 0) return "There are no products and no reserved orders.";
  const table = plainTable(
    [
      { name: "product" },
      ...(["available", "reserved", "total", "by orders"] as const).map((name) => ({
        name,
        align: "right" as const,
      })),
      { name: "agrees" },
    ],
    [
      ...products.map((product) => [
        product.product_id,
        cell(product.available),
        cell(product.reserved),
        cell(product.total),
        String(product.reserved_by_orders),
        product.disagreements.length === 0 ? "yes" : "✘ NO",
      ]),
      [
        "sum of all",
        String(sum.available),
        String(sum.reserved),
        String(sum.total),
        String(sum.reserved_by_orders),
        agrees ? "yes" : "✘ NO",
      ],
    ],
    { width },
  );
  const wrong = products.filter(({ disagreements }) => disagreements.length > 0);
  const lines = wrong.map(
    ({ product_id, disagreements }) => `✘ ${shown(product_id)}: ${shown(disagreements.join("; "))}`,
  );
  const verdict = agrees
    ? paint("Stock and orders agree.", "green")
    : paint("Stock and orders DISAGREE.", "red", "bold");
  const remarks = not_compared.map((what) => `Not compared: ${shown(what)}.`);
  if (cut) remarks.push("Only the first products are shown; --limit shows more.");
  return [table, ...lines, verdict, ...remarks].join("\n");
}

function cell(value: number | null): string {
  return value === null ? "—" : String(value);
}
