import type { Queryable, Statement } from "../../ports/database.ts";
import type { Stock } from "../database-evidence.ts";

// As JSON: others' tables may not have these columns.
const select: Statement = {
  text: `
    SELECT i.product_id, i.available_quantity::bigint AS available,
           (to_jsonb(i) ->> 'reserved_quantity')::bigint AS reserved,
           (to_jsonb(i) ->> 'total_quantity')::bigint AS total
    FROM inventory i`,
};

/** @returns what is stocked, by product; reads no order. */
export async function stockByProduct(tx: Queryable): Promise<ReadonlyMap<string, Stock>> {
  const { rows } = await tx.query<{
    product_id: string;
    available: number;
    reserved: number | null;
    total: number | null;
  }>(select);
  return new Map(
    rows.map(({ product_id, available, reserved, total }) => [
      product_id,
      { available, reserved: reserved ?? undefined, total: total ?? undefined },
    ]),
  );
}
