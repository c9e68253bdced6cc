import { plainTable } from "../../report/plain-table.ts";
import type { StockRow } from "../sql/select-stock.ts";

/** @param width characters in a line of the terminal; undefined where there is none. */
export function stockTable(products: readonly StockRow[], width: number | undefined): string {
  if (products.length === 0) return "no products";
  return plainTable(
    [
      { name: "product" },
      { name: "name" },
      { name: "available", align: "right" },
      { name: "reserved", align: "right" },
      { name: "total", align: "right" },
      { name: "price", align: "right" },
    ],
    products.map((product) => [
      product.product_id,
      product.product_name,
      String(product.available_quantity),
      String(product.reserved_quantity),
      String(product.total_quantity),
      product.unit_price.toFixed(2),
    ]),
    { width },
  );
}
