import type { Queryable, Statement } from "../../ports/database.ts";

/*
 * Ids of transactions as 64 bits (txid_…), so that none comes round again. `by_blocks`: whether the
 * rows can be read by where they lie: a heap of its own, on a server that has TID range scans.
 */
const selectMoment: Statement = {
  name: "audit-moment",
  text: `
    SELECT s.snapshot::text AS snapshot, txid_snapshot_xmin(s.snapshot) AS oldest_running,
           (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at_ms
    FROM (SELECT txid_current_snapshot() AS snapshot) s`,
};

const selectTables: Statement = {
  name: "audit-table-files",
  text: `
    SELECT t.name, pg_relation_filenode(c.oid)::text AS file,
           pg_relation_size(c.oid) / current_setting('block_size')::int AS blocks,
           pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) AS changed,
           c.relkind = 'r' AND NOT c.relhassubclass AND a.amname = 'heap'
             AND current_setting('server_version_num')::int >= 140000 AS by_blocks
    FROM unnest($1::text[]) AS t (name)
    JOIN pg_class c ON c.oid = to_regclass(t.name)
    LEFT JOIN pg_am a ON a.oid = c.relam`,
};

const selectNext: Statement = {
  name: "audit-next-transaction",
  text: "SELECT txid_snapshot_xmax(txid_current_snapshot()) AS next",
};

/** The database's moment, as one transaction sees it. */
export interface Moment {
  readonly snapshot: string;
  /** Every transaction before this id has ended. */
  readonly oldestRunning: number;
  /** The server's clock. */
  readonly atMs: number;
}

/** A table's file. */
export interface TableFile {
  /** Another one after TRUNCATE, VACUUM FULL and CLUSTER: then every row lies elsewhere. */
  readonly file: string;
  readonly blocks: number;
  /** Updates and deletes so far, as the server's statistics have them: late, and with those undone. */
  readonly changed: number;
  /** Rows can be asked for by the block that they lie in. */
  readonly byBlocks: boolean;
}

export async function readMoment(tx: Queryable): Promise<Moment> {
  const { rows } = await tx.query<{ snapshot: string; oldest_running: number; at_ms: number }>(
    selectMoment,
  );
  const [row] = rows;
  return {
    snapshot: row?.snapshot ?? "",
    oldestRunning: row?.oldest_running ?? 0,
    atMs: row?.at_ms ?? 0,
  };
}

/** @returns by name, as a statement would find them now; blocks are of the file, not of a snapshot. */
export async function tableFiles(
  tx: Queryable,
  names: readonly string[],
): Promise<ReadonlyMap<string, TableFile>> {
  const { rows } = await tx.query<{
    name: string;
    file: string | null;
    blocks: number;
    changed: number | null;
    by_blocks: boolean | null;
  }>(selectTables, [names]);
  return new Map(
    rows.map(({ name, file, blocks, changed, by_blocks }) => [
      name,
      { file: file ?? "", blocks, changed: changed ?? 0, byBlocks: by_blocks ?? false },
    ]),
  );
}

/** @returns the id that the next transaction will have, or a later one. */
export async function nextTransactionId(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ next: number }>(selectNext);
  return rows[0]?.next ?? 0;
}
