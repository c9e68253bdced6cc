import type { Queryable } from "../../../ports/database.ts";

const hold = {
  name: "hold_outbox_slots",
  text: "SELECT shop.hold_slots($1::uuid, $2 * interval '1 millisecond') AS slots",
};
const leave = { text: "SELECT shop.leave_slots($1::uuid)" };

/** @returns the parts of the outbox that are this relay's for `holdMs` from now on. */
export async function holdSlots(
  database: Queryable,
  relayId: string,
  holdMs: number,
): Promise<readonly number[]> {
  const { rows } = await database.query<{ slots: readonly number[] }>(hold, [relayId, holdMs]);
  return rows[0]?.slots ?? [];
}

export async function leaveSlots(database: Queryable, relayId: string): Promise<void> {
  await database.query(leave, [relayId]);
}
