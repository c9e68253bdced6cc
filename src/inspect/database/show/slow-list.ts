import { bytes, count, duration, oneLine, percent, shortCount } from "../../../report/figures.ts";
import type { SlowStatement, SlowStatements } from "../answers.ts";

/** Each statement as a line of figures with its text below. Pure. */
export function slowList(view: SlowStatements, width: number): string {
  if (view.statements.length === 0) return "No statement has been counted yet.";
  const lines = view.statements.flatMap((statement) => [
    figures(statement),
    `   ${oneLine(statement.statement ?? "(its text is not shown to this user)", width - 3)}`,
  ]);
  const nested = view.statements.some(({ top_level }) => !top_level)
    ? ["", "nested: run inside another statement (a function), whose time includes it."]
    : [];
  return [
    row("time", "total", "calls", "mean", "max", "rows", "cached", "WAL"),
    ...lines,
    ...nested,
    "",
    `${count(view.counted)} statements, ${duration(view.total_ms / 1000)} in all${view.counting_since === null ? "" : ` since ${view.counting_since.slice(0, 19).replace("T", " ")} UTC`}.`,
  ].join("\n");
}

function figures(statement: SlowStatement): string {
  const { share, total_ms, calls, mean_ms, max_ms, rows, cache_hit_share, wal_bytes } = statement;
  return row(
    share === null ? "nested" : percent(share),
    duration(total_ms / 1000),
    shortCount(calls),
    duration(mean_ms / 1000),
    duration(max_ms / 1000),
    shortCount(rows),
    cache_hit_share === null ? "" : percent(cache_hit_share),
    bytes(wal_bytes),
  );
}

const widths = [8, 8, 8, 8, 8, 8, 8, 9] as const;

function row(...cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padStart(widths[index] ?? 8)).join(" ");
}
