import type { Queryable, Statement } from "../../ports/database.ts";

const lockChanges: Statement = {
  text: "SELECT pg_advisory_xact_lock(7364106, hashtext($1))",
};

/** One change of a product's slots at a time; consumers are not concerned. */
export async function lockSlotChanges(tx: Queryable, productId: string): Promise<void> {
  await tx.query(lockChanges, [productId]);
}

const available: Statement = {
  text: "SELECT available_quantity FROM inventory WHERE product_id = $1",
};

/**
 * No lock: what is allotted is only an estimate of what is there.
 * @returns undefined for a product that is not there.
 */
export async function selectAvailable(
  tx: Queryable,
  productId: string,
): Promise<number | undefined> {
  const { rows } = await tx.query<{ readonly available_quantity: number }>(available, [productId]);
  return rows[0]?.available_quantity;
}

const lock: Statement = {
  text: "SELECT slot FROM inventory_slots WHERE product_id = $1 ORDER BY slot FOR UPDATE",
};

/**
 * Waits for transactions that promise through these slots; they wait for inventory's row, so this
 * transaction must never lock that.
 * @returns how many there are.
 */
export async function lockSlots(tx: Queryable, productId: string): Promise<number> {
  return (await tx.query(lock, [productId])).rows.length;
}

const remove: Statement = {
  text: "DELETE FROM inventory_slots WHERE product_id = $1 AND slot >= $2",
};

/** @param slots that stay, from 0. */
export async function removeSlots(tx: Queryable, productId: string, slots: number): Promise<void> {
  await tx.query(remove, [productId, slots]);
}

const allot: Statement = {
  text: `INSERT INTO inventory_slots AS stored (product_id, slot, allotted_quantity)
SELECT $1, slot, $3 FROM generate_series(0, $2::integer - 1) AS slot
ON CONFLICT (product_id, slot) DO UPDATE SET allotted_quantity = excluded.allotted_quantity`,
};

/** @param pieces of each slot. */
export async function allotSlots(
  tx: Queryable,
  productId: string,
  slots: number,
  pieces: number,
): Promise<void> {
  await tx.query(allot, [productId, slots, pieces]);
}
