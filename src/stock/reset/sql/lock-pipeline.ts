import type { Statement } from "../../../ports/database.ts";

/**
 * In the order in which a reservation touches them (offsets, orders, inventory). Every reservation
 * begins with FOR UPDATE on its consumer_offsets rows, which EXCLUSIVE refuses: so it is wholly
 * before this lock, or wholly after our commit. Consumers that keep no such rows are stopped at
 * orders or inventory; one that locks these the other way round may deadlock with us once, which
 * PostgreSQL resolves. Readers of consumer_offsets and inventory go on.
 */
export const lockOffsets: Statement = { text: "LOCK TABLE consumer_offsets IN EXCLUSIVE MODE" };
export const lockOrders: Statement = { text: "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE" };
export const lockInventory: Statement = { text: "LOCK TABLE inventory IN EXCLUSIVE MODE" };
export const lockDeadLetters: Statement = {
  text: "LOCK TABLE dead_letters IN ACCESS EXCLUSIVE MODE",
};
