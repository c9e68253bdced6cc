import { shown } from "../../../failure/shown.ts";
import type { CappedResult } from "../../../ports/database.ts";
import { plainTable, type TableLayout } from "../../../report/plain-table.ts";

export interface QueryResultJson {
  readonly command: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows returned or affected; null when the rows were cut. */
  readonly row_count: number | null;
  /** True when there were more rows than --limit. */
  readonly cut: boolean;
}

/** Oids of pg_type that never change. */
const boolOid = 16;
const jsonOids = new Set([114, 3802]);
// int2, int4, int8, oid, float4, float8, numeric
const numberOids = new Set([21, 23, 20, 26, 700, 701, 1700]);

export function queryResultText(result: CappedResult, layout: TableLayout): string {
  if (result.columns.length === 0) {
    const { command, rowCount } = result;
    return rowCount === undefined ? command : `${command} ${rowCount}`;
  }
  if (result.rows.length === 0) {
    return `${shown(result.columns.map((column) => column.name).join(", "))}\n(0 rows)`;
  }
  const columns = result.columns.map(({ name, typeOid }) => ({
    name,
    align: numberOids.has(typeOid) ? ("right" as const) : ("left" as const),
  }));
  return plainTable(columns, result.rows, layout);
}

export function queryResultJson(result: CappedResult): QueryResultJson {
  const names = distinctNames(result.columns.map((column) => column.name));
  return {
    command: result.command,
    columns: names,
    rows: result.rows.map((row) =>
      Object.fromEntries(
        names.map((name, index) => [
          name,
          jsonValue(row[index] ?? null, result.columns[index]?.typeOid ?? 0),
        ]),
      ),
    ),
    row_count: result.rowCount ?? null,
    cut: result.cut,
  };
}

/** Numbers only where no digit is lost; everything else stays PostgreSQL's text. */
function jsonValue(text: string | null, typeOid: number): unknown {
  if (text === null) return null;
  if (typeOid === boolOid) return text === "t";
  if (jsonOids.has(typeOid)) return JSON.parse(text);
  if (!numberOids.has(typeOid)) return text;
  const number = Number(text);
  const exact = Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER;
  return exact ? number : text;
}

/** A join may have two columns `pid`: the second becomes `pid_2`, so that neither is lost. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let n = 2; used.has(distinct); n += 1) distinct = `${name}_${n}`;
    used.add(distinct);
    return distinct;
  });
}
