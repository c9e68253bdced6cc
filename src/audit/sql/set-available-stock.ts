import type { Database, Statement } from "../../ports/database.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { AuditedSchema } from "../read-schema.ts";

const lockStock: Statement = {
  text: `
    SELECT available_quantity::bigint AS available
    FROM inventory WHERE product_id = $1 FOR UPDATE`,
};

const setStock: Statement = {
  text: `
    UPDATE inventory SET available_quantity = $2, total_quantity = $2 + reserved_quantity
    WHERE product_id = $1`,
};

/** With the columns of the pipeline's own inventory: every change of a row counts its version up. */
const setVersionedStock: Statement = {
  text: `
    UPDATE inventory SET available_quantity = $2, total_quantity = $2 + reserved_quantity,
                         version = version + 1, updated_at = now()
    WHERE product_id = $1`,
};

const recordMovement: Statement = {
  text: `
    INSERT INTO stock_movements (product_id, reason, delta_available, delta_total)
    VALUES ($1, 'audit race', $2, $2)`,
};

const lockMapped = mappedStatement(
  ({ inventory: { table, names } }) => `
    SELECT t.${names.available_quantity}::bigint AS available
    FROM ${table} t WHERE t.${names.product_id} = $1 FOR UPDATE`,
);

/** A total that is not kept, or without what is reserved, is not set. */
const setMapped = mappedStatement(({ inventory: { table, names } }) => {
  const { total_quantity: total, reserved_quantity: reserved } = names;
  const sum =
    total === undefined || reserved === undefined ? "" : `, ${total} = $2::bigint + ${reserved}`;
  return `UPDATE ${table} SET ${names.available_quantity} = $2::bigint${sum} WHERE ${names.product_id} = $1`;
});

/**
 * Makes `pieces` of a product available and leaves what is reserved alone; the change is a movement
 * in the same transaction, where the database keeps movements.
 * @returns the pieces available before.
 */
export async function setAvailableStock(
  database: Database,
  productId: string,
  pieces: number,
  { present: { stockMovements: movementsKept }, mapped }: AuditedSchema,
): Promise<number> {
  const lock = mapped === undefined ? lockStock : lockMapped(mapped);
  const ours = movementsKept ? setVersionedStock : setStock;
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ available: number }>(lock, [productId]);
    const before = rows[0]?.available ?? 0;
    if (before === pieces) return before;
    await tx.query(mapped === undefined ? ours : setMapped(mapped), [productId, pieces]);
    if (movementsKept) await tx.query(recordMovement, [productId, pieces - before]);
    return before;
  });
}
