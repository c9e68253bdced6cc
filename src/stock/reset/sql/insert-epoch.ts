import type { Statement } from "../../../ports/database.ts";

/** $1 = reason, $2 = topic, $3 = {"<partition>": first offset}. Returns epoch_id. */
export const insertEpoch: Statement = {
  text: "INSERT INTO epochs (reason, topic, log_offsets) VALUES ($1, $2, $3) RETURNING epoch_id",
};
