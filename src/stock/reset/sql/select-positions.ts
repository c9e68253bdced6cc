import type { Statement } from "../../../ports/database.ts";

/** $1 = group, $2 = topic. */
export const selectPositions: Statement = {
  text: "SELECT partition, next_offset FROM consumer_offsets WHERE group_id = $1 AND topic = $2",
};
