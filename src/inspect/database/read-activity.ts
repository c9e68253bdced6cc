import type { Database } from "../../ports/database.ts";
import type { ActivityView } from "./answers.ts";
import { countSessions } from "./sql/count-sessions.ts";
import { selectActivity } from "./sql/select-activity.ts";

/** @returns the sessions of this database but the one that asks, at most `limit`. */
export async function readActivity(
  database: Database,
  { all, limit }: { readonly all: boolean; readonly limit: number },
): Promise<ActivityView> {
  // On one connection: what asks is not counted.
  return database.transaction(
    async (tx) => {
      const rows = await selectActivity(tx, { all, limit: limit + 1 });
      const counted = await countSessions(tx);
      const { counts, connections, max_connections } = counted;
      return {
        database: counted.database,
        sessions: rows.slice(0, limit).map(({ hidden: _, ...session }) => session),
        ...{ counts, connections, max_connections },
        hidden_sessions: counted.hidden,
        cut: rows.length > limit,
      };
    },
    { readOnly: true },
  );
}
