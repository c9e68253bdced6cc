import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: `
    WITH changed AS (
      UPDATE inventory i SET available_quantity = asked.pieces, total_quantity = asked.pieces
      FROM unnest($1::text[], $2::bigint[]) AS asked (product_id, pieces)
      WHERE asked.product_id = i.product_id
      RETURNING i.product_id, asked.pieces)
    INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
    SELECT c.product_id, 'prove', c.pieces - moved.available, c.pieces - moved.total
    FROM changed c, LATERAL (SELECT sum(delta_available) AS available, sum(delta_total) AS total
                             FROM stock_movements m WHERE m.product_id = c.product_id) moved`,
};

/** In a database without orders: so many pieces of each product are there, and recorded. */
export async function setStock(tx: Queryable, stock: ReadonlyMap<string, number>): Promise<void> {
  await tx.query(statement, [[...stock.keys()], [...stock.values()]]);
}
