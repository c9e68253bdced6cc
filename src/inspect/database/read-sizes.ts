import type { Database } from "../../ports/database.ts";
import { DatabaseError } from "../../runtime/postgres/session.ts";
import { oldestTransaction } from "../../runtime/postgres/tables/oldest-transaction.ts";
import { readOutboxState } from "../../runtime/postgres/tables/outbox-state.ts";
import type { DatabaseSizes, TableSize } from "./answers.ts";
import { bloatHints, neededBytes } from "./bloat-hints.ts";
import { selectDatabaseSize } from "./sql/select-database-size.ts";
import { selectIndexes } from "./sql/select-indexes.ts";
import { selectTables, type TableRow } from "./sql/select-tables.ts";
import { selectWalSize } from "./sql/select-wal-size.ts";

/** @returns at most `limit` tables and as many indexes, the largest first. Counts no rows: estimates. */
export async function readSizes(database: Database, limit: number): Promise<DatabaseSizes> {
  const tables = await selectTables(database, limit + 1);
  const indexes = await selectIndexes(database, limit + 1);
  const whole = await selectDatabaseSize(database);
  const sizes = tables.slice(0, limit).map(tableSize);
  const oldest = await oldestTransaction(database);
  const shownIndexes = indexes.slice(0, limit);
  return {
    database: whole?.database ?? "",
    database_bytes: whole?.bytes ?? 0,
    wal_bytes: await walBytes(database),
    tables: sizes,
    indexes: shownIndexes,
    hints: bloatHints(sizes, shownIndexes, oldest),
    oldest_transaction: oldest,
    outbox: await readOutboxState(database),
    cut: tables.length > limit || indexes.length > limit,
  };
}

function tableSize({
  row_width,
  fillfactor,
  last_vacuum,
  last_analyze,
  ...row
}: TableRow): TableSize {
  const { rows_estimated: rows } = row;
  return {
    ...row,
    needed_bytes_estimated:
      rows === null || row_width === null ? null : neededBytes(rows, row_width, fillfactor),
    last_vacuum: last_vacuum?.toISOString() ?? null,
    last_analyze: last_analyze?.toISOString() ?? null,
  };
}

async function walBytes(database: Database): Promise<number | null> {
  try {
    return await selectWalSize(database);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "42501") return null;
    throw error;
  }
}
