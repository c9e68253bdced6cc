import type { Statement } from "../../../ports/database.ts";

/** Files of the write-ahead log. Refused (42501) to who is not in pg_monitor. */
export const selectWalSize: Statement = {
  text: "SELECT coalesce(sum(size), 0)::bigint AS bytes FROM pg_ls_waldir()",
};
