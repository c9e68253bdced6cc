import { bytes, shortCount } from "../../../report/figures.ts";
import { outboxLines } from "../../../report/outbox-lines.ts";
import { plainTable } from "../../../report/plain-table.ts";
import { shown, wrapped } from "../../../report/terminal.ts";
import type { DatabaseSizes } from "../answers.ts";

/** Tables, indexes, the whole, and what wants attention. */
export function sizeTables(sizes: DatabaseSizes, width: number | undefined): string {
  const tables = plainTable(
    [
      { name: "table" },
      { name: "rows ≈", align: "right" },
      { name: "dead ≈", align: "right" },
      { name: "table", align: "right" },
      { name: "indexes", align: "right" },
      { name: "total", align: "right" },
    ],
    sizes.tables.map((size) => [
      size.table,
      size.rows_estimated === null ? "?" : shortCount(size.rows_estimated),
      shortCount(size.dead_rows_estimated),
      bytes(size.table_bytes),
      bytes(size.index_bytes),
      bytes(size.total_bytes),
    ]),
    { width },
  );
  const indexes = plainTable(
    [
      { name: "index" },
      { name: "of" },
      { name: "bytes", align: "right" },
      { name: "scans", align: "right" },
    ],
    sizes.indexes.map((size) => [
      size.index,
      size.table,
      bytes(size.bytes),
      shortCount(size.scans),
    ]),
    { width },
  );
  const wal = sizes.wal_bytes === null ? "not shown to this user" : bytes(sizes.wal_bytes);
  return [
    ...(sizes.tables.length === 0 ? ["no tables"] : [tables]),
    ...(sizes.indexes.length === 0 ? [] : [indexes]),
    `Database ${shown(sizes.database)}: ${bytes(sizes.database_bytes)}. Write-ahead log of the server: ${wal}.`,
    "Rows are estimates of the statistics (≈); ? was never analysed.",
    ...(sizes.outbox === null ? [] : outboxLines(sizes.outbox)).flatMap((line) =>
      wrapped(line, width ?? 80),
    ),
    ...sizes.hints.flatMap((hint) => wrapped(`! ${hint}`, width ?? 80)),
  ].join("\n");
}
