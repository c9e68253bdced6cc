import { keeperText } from "../../report/outbox-lines.ts";
import type { OldestTransaction } from "../../runtime/postgres/tables/oldest-transaction.ts";
import type { IndexSize, TableSize } from "./answers.ts";

const pageBytes = 8192;
const pageHeaderBytes = 24;
/** Header of a row, rounded up to 8, and its pointer in the page. */
const rowOverheadBytes = 28;
/** Below this nothing is worth a word. */
const hintBytesMin = 10 * 1024 * 1024;
const deadRowsMin = 10_000;
/** A transaction of that age keeps rows for longer than work takes. */
const heldSecondsMin = 10;

/**
 * @param rowWidth of the data of one row, in bytes.
 * @param fillfactor percent of a page that inserts fill.
 * @returns what that many rows need in full pages, in bytes. An estimate: widths are averages.
 */
export function neededBytes(rows: number, rowWidth: number, fillfactor: number): number {
  const rowBytes = Math.ceil(rowWidth / 8) * 8 + rowOverheadBytes;
  const usable = (pageBytes - pageHeaderBytes) * (fillfactor / 100);
  const rowsPerPage = Math.max(1, Math.floor(usable / rowBytes));
  return Math.ceil(rows / rowsPerPage) * pageBytes;
}

/** What about these tables and indexes wants a person's attention, with what to do. Pure. */
export function bloatHints(
  tables: readonly TableSize[],
  indexes: readonly IndexSize[],
  oldest: OldestTransaction | null,
): readonly string[] {
  const keeper = oldest !== null && oldest.seconds >= heldSecondsMin ? oldest : null;
  return [...tables.flatMap((table) => tableHints(table, keeper)), ...indexes.flatMap(indexHints)];
}

function tableHints(size: TableSize, keeper: OldestTransaction | null): readonly string[] {
  const { table, rows_estimated: rows, dead_rows_estimated: dead, table_bytes: held } = size;
  if (rows === null) {
    return held < hintBytesMin ? [] : [`${table} was never analysed: ANALYZE ${table}`];
  }
  const hints: string[] = [];
  if (dead >= deadRowsMin && dead > 0.2 * (rows + dead)) {
    const share = Math.round((100 * dead) / (rows + dead));
    const way =
      keeper === null
        ? `VACUUM ${table} makes their space usable`
        : `${keeperText(keeper)}, and until it ends no VACUUM can make usable what died since`;
    hints.push(`${share} % of ${table}'s rows are dead: ${way}`);
  }
  const needed = size.needed_bytes_estimated;
  if (needed !== null && held >= hintBytesMin && held > 2 * needed) {
    const times = (held / Math.max(needed, pageBytes)).toFixed(1);
    hints.push(
      `${table} takes ${times} × what its rows need: new rows will fill that; VACUUM FULL ${table} gives it back, and locks the table meanwhile`,
    );
  }
  return hints;
}

function indexHints({ index, bytes, scans, unique, valid }: IndexSize): readonly string[] {
  if (!valid) {
    return [`${index} is not valid (CREATE INDEX CONCURRENTLY failed?): DROP INDEX ${index}`];
  }
  if (scans === 0 && !unique && bytes >= hintBytesMin) {
    return [`${index} was never used since statistics began, and every insert pays for it`];
  }
  return [];
}
