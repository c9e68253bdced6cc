import { Failure } from "../../../failure/failure.ts";
import type { Queryable, Statement } from "../../../ports/database.ts";

/** Transaction ids as the 32 bits that rows carry. */
export interface TablePosition {
  /** The oldest transaction that had not ended: every one before it is visible, or never will be. */
  readonly oldest_open: number;
  /** The next transaction to begin writing gets this id. */
  readonly next: number;
  /** Pages of the table; 0 for a partitioned one, which has none of its own. */
  readonly pages: number;
  /** Changes when the table is emptied (TRUNCATE) or rewritten. null for a partitioned one. */
  readonly file: number | null;
}

const statement: Statement = {
  text: `SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text::bigint AS oldest_open,
       (age('3'::xid)::bigint + 3) & 4294967295 AS next,
       pg_relation_size('orders') / current_setting('block_size')::int AS pages,
       pg_relation_filenode('orders')::bigint AS file`,
};

/** age() of the lowest ordinary id, 3, is how far the next one is from it. */
export async function selectTablePosition(database: Queryable): Promise<TablePosition> {
  const [found] = (await database.query<TablePosition>(statement)).rows;
  if (found !== undefined) return found;
  throw new Failure("bug", { what: "a statement without FROM returned no row" });
}
