import type { Statement } from "../../ports/database.ts";

/** $1 = product_id. One change of a product's slots at a time; consumers are not concerned. */
export const lockSlotChanges: Statement = {
  text: "SELECT pg_advisory_xact_lock(7364106, hashtext($1))",
};

/** $1 = product_id. No lock: what is allotted is only an estimate of what is there. */
export const selectAvailable: Statement = {
  text: "SELECT available_quantity FROM inventory WHERE product_id = $1",
};

/**
 * $1 = product_id. Waits for transactions that promise through these slots; they wait for
 * inventory's row, so this transaction must never lock that.
 */
export const lockSlots: Statement = {
  text: "SELECT slot FROM inventory_slots WHERE product_id = $1 ORDER BY slot FOR UPDATE",
};

/** $1 = product_id, $2 = slots that stay, from 0. */
export const removeSlots: Statement = {
  text: "DELETE FROM inventory_slots WHERE product_id = $1 AND slot >= $2",
};

/** $1 = product_id, $2 = slots, $3 = pieces of each. */
export const allotSlots: Statement = {
  text: `INSERT INTO inventory_slots AS stored (product_id, slot, allotted_quantity)
SELECT $1, slot, $3 FROM generate_series(0, $2::integer - 1) AS slot
ON CONFLICT (product_id, slot) DO UPDATE SET allotted_quantity = excluded.allotted_quantity`,
};
