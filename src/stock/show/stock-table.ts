import { plainTable } from "../../report/plain-table.ts";

export interface StockTableRow {
  readonly product_id: string;
  readonly product_name: string;
  readonly available_quantity: number;
  readonly reserved_quantity: number;
  readonly total_quantity: number;
  readonly unit_price: number;
}

/** @param width characters in a line of the terminal; undefined where there is none. */
export function stockTable(products: readonly StockTableRow[], width: number | undefined): string {
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
