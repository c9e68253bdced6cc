import type { Queryable } from "../../ports/database.ts";

/** What tells when an order's row was there. */
export type CommitSource = "commit_timestamp" | "created_at";

/** How a database of orders is asked. */
export interface CommitQuestion {
  readonly source: CommitSource;
  readonly text: string;
}

export interface CommittedOrder {
  readonly order_id: string;
  /** Milliseconds since the epoch by the database's clock; null: its row is there, and when is not known any more. */
  readonly at_ms: number | null;
}

const look = {
  text: `
    SELECT current_setting('track_commit_timestamp') = 'on' AS tracked,
           format_type(atttypid, NULL) AS id_type
      FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'order_id'`,
};

/**
 * A transaction's commit time is told by the row's xmin. A row that was changed since has the later
 * transaction's: it tells nothing, unless the change belongs to the transaction that wrote it.
 * Elsewhere created_at stands in: when the transaction began, or what the program wrote there.
 */
export async function commitQuestion(database: Queryable): Promise<CommitQuestion> {
  const { rows } = await database.query<{ tracked: boolean; id_type: string }>(look);
  const [found] = rows;
  const source = found?.tracked === true ? "commit_timestamp" : "created_at";
  const epoch = (time: string) => `extract(epoch FROM max(${time}))::float8 * 1000`;
  const atMs =
    source === "commit_timestamp"
      ? `CASE WHEN bool_and(updated_at = created_at) THEN ${epoch("pg_xact_commit_timestamp(xmin)")} END`
      : epoch("created_at");
  return {
    source,
    text: `SELECT order_id::text, ${atMs} AS at_ms FROM orders
            WHERE order_id = ANY ($1::${found?.id_type ?? "uuid"}[]) GROUP BY order_id`,
  };
}

/** @returns of the orders asked for, those whose rows are there. */
export async function selectCommitted(
  database: Queryable,
  question: CommitQuestion,
  orderIds: readonly string[],
): Promise<readonly CommittedOrder[]> {
  return (await database.query<CommittedOrder>({ text: question.text }, [orderIds])).rows;
}
