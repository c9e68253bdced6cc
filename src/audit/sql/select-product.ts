import type { Queryable, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { AuditedSchema } from "../read-schema.ts";

const selectProduct: Statement = {
  text: `
    SELECT (to_jsonb(i) ->> 'unit_price')::numeric AS unit_price
    FROM inventory i WHERE i.product_id = $1`,
};

const selectProductIds: Statement = {
  text: "SELECT product_id FROM inventory ORDER BY product_id LIMIT $1",
};

const priceMapped = mappedStatement(
  ({ inventory }) => `SELECT i.unit_price FROM ${inventory.from} i WHERE i.product_key = $1`,
);

const idsMapped = mappedStatement(
  ({ inventory }) => `SELECT i.product_id FROM ${inventory.from} i ORDER BY i.product_key LIMIT $1`,
);

/** @returns the price of one piece (0 where none is kept), or undefined when there is no such product. */
export async function unitPriceOf(
  database: Queryable,
  productId: string,
  mapped?: AuditedSchema["mapped"],
): Promise<number | undefined> {
  const statement = mapped === undefined ? selectProduct : priceMapped(mapped);
  const { rows } = await database.query<{ unit_price: number | null }>(statement, [productId]);
  const [row] = rows;
  return row === undefined ? undefined : Number(row.unit_price ?? 0);
}

/** @returns the first products there are, for an error that names them. */
export async function someProductIds(
  database: Queryable,
  mapped?: AuditedSchema["mapped"],
): Promise<readonly string[]> {
  return firstProductIds(database, 20, mapped);
}

/** @returns so many product ids, in their order; fewer where there are not so many. */
export async function firstProductIds(
  database: Queryable,
  count: number,
  mapped?: AuditedSchema["mapped"],
): Promise<readonly string[]> {
  const statement = mapped === undefined ? selectProductIds : idsMapped(mapped);
  const { rows } = await database.query<{ product_id: string }>(statement, [count]);
  return rows.map((row) => row.product_id);
}
