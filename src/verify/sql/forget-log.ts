import type { Queryable, Statement } from "../../ports/database.ts";

const deleteOffsets: Statement = {
  text: "DELETE FROM consumer_offsets WHERE topic = $1 AND group_id = $2",
};
const deleteGroup: Statement = {
  text: "DELETE FROM consumer_groups WHERE topic = $1 AND group_id = $2",
};
const deleteEpochs: Statement = { text: "DELETE FROM epochs WHERE epoch_id > $1" };

/**
 * Offsets into a topic that goes would stop the consumers of the next one.
 * @param epoch the last one that stays.
 */
export async function forgetLog(
  database: Queryable,
  { topic, group }: { readonly topic: string; readonly group: string },
  epoch: number,
): Promise<void> {
  await database.query(deleteOffsets, [topic, group]);
  await database.query(deleteGroup, [topic, group]);
  await database.query(deleteEpochs, [epoch]);
}
