import type { Database } from "../../ports/database.ts";
import type { ActivityView } from "./answers.ts";
import { countSessions, type SessionCounts } from "./sql/count-sessions.ts";
import { type ActivityRow, selectActivity } from "./sql/select-activity.ts";

/** @returns the sessions of this database but the one that asks, at most `limit`. */
export async function readActivity(
  database: Database,
  { all, limit }: { readonly all: boolean; readonly limit: number },
): Promise<ActivityView> {
  // On one connection: what asks is not counted.
  return database.transaction(
    async (tx) => {
      const { rows } = await tx.query<ActivityRow>(selectActivity, [all, limit + 1]);
      const { rows: counted } = await tx.query<SessionCounts>(countSessions);
      const [{ database: name, counts, hidden, connections, max_connections } = nothing] = counted;
      return {
        database: name,
        sessions: rows.slice(0, limit).map(({ hidden: _, ...session }) => session),
        ...{ counts, connections, max_connections },
        hidden_sessions: hidden,
        cut: rows.length > limit,
      };
    },
    { readOnly: true },
  );
}

const nothing: SessionCounts = {
  ...{ database: "", counts: {}, hidden: 0, connections: 0, max_connections: 0 },
};
