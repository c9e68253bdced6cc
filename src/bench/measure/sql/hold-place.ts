import type { Statement } from "../../../ports/database.ts";

/**
 * $1 = the bench's number. Held by the bench's own session while it runs, released by the server
 * however that ends: who gets the lock of a schema that is there knows that its bench is dead.
 */
export const holdPlace: Statement = {
  text: "SELECT pg_try_advisory_lock(7364106, $1::integer) AS held",
};

export const releasePlace: Statement = {
  text: "SELECT pg_advisory_unlock(7364106, $1::integer)",
};
