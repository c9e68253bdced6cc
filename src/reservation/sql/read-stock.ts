import type { Stock } from "../../order/decide.ts";
import type { Queryable } from "../../ports/database.ts";

interface Row {
  readonly product_id: string;
  readonly available_quantity: number;
}

const peek = {
  name: "peek_stock",
  text: "SELECT product_id, available_quantity FROM inventory WHERE product_id = ANY ($1::text[])",
};

// In the order of the key, everywhere: two transactions never wait for each other crosswise.
const lock = {
  name: "lock_stock",
  text: `
    SELECT product_id, available_quantity
    FROM inventory
    WHERE product_id = ANY ($1::text[])
    ORDER BY product_id
    FOR UPDATE`,
};

/** Stock as it is now, without a lock: an estimate. Unknown products are missing from the result. */
export async function peekStock(tx: Queryable, productIds: readonly string[]): Promise<Stock> {
  return toStock(await tx.query<Row>(peek, [productIds]));
}

/** Stock with its rows locked until the transaction ends. Waits for other reservations. */
export async function lockStock(tx: Queryable, productIds: readonly string[]): Promise<Stock> {
  return toStock(await tx.query<Row>(lock, [productIds]));
}

function toStock({ rows }: { readonly rows: readonly Row[] }): Stock {
  return new Map(rows.map((row) => [row.product_id, row.available_quantity]));
}
