import Table from "cli-table3";

export interface TableColumn {
  readonly name: string;
  readonly align?: "left" | "right";
}

export interface TableLayout {
  /** Characters in a line of the terminal; undefined where there is none (a pipe, a file). */
  readonly width: number | undefined;
  /** Each row as a block of lines, whatever the width. */
  readonly expanded?: boolean;
}

const cellMaxLength = 200;
/** A column is never made narrower than this: below it, a table is harder to read than records. */
const columnMinWidth = 12;

/**
 * Rows as a table. One that is wider than the terminal gets its widest columns wrapped; where even
 * that is not enough, each row becomes a block of its own (as psql's \x).
 * @param rows cells by column; null is shown as nothing.
 */
export function plainTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | null)[])[],
  layout: TableLayout,
): string {
  const cells = rows.map((row) => columns.map((_, index) => shownCell(row[index] ?? "")));
  const widths = columns.map((column, index) =>
    Math.max(lengthOf(column.name), ...cells.map((row) => lengthOf(row[index] ?? ""))),
  );
  const fitted = layout.width === undefined ? widths : fitWidths(widths, layout.width);
  if (layout.expanded === true || fitted === undefined)
    return records(columns, cells, layout.width);
  const table = new Table({
    head: columns.map((column) => column.name),
    colAligns: columns.map((column) => column.align ?? "left"),
    // cli-table3 counts a blank on each side of a cell.
    colWidths: fitted.map((width) => width + 2),
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], compact: true },
  });
  table.push(...cells);
  return table.toString();
}

/**
 * @param widths of the columns' contents, in characters.
 * @returns the widths to use, or undefined when no table of these columns fits.
 */
export function fitWidths(
  widths: readonly number[],
  lineWidth: number,
): readonly number[] | undefined {
  const fitted = [...widths];
  const frame = 3 * widths.length + 1; // two blanks and a line for each, and the last line
  let excess = fitted.reduce((sum, width) => sum + width, frame) - lineWidth;
  while (excess > 0) {
    const widest = Math.max(...fitted);
    if (widest <= columnMinWidth) return undefined;
    const next = Math.max(columnMinWidth, ...fitted.filter((width) => width < widest));
    const less = Math.min(excess, widest - next);
    fitted[fitted.indexOf(widest)] = widest - less;
    excess -= less;
  }
  return fitted;
}

function records(
  columns: readonly TableColumn[],
  cells: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const nameWidth = Math.max(...columns.map((column) => column.name.length));
  const ruleWidth = Math.min(width ?? 60, 60);
  return cells
    .map((row, index) => {
      const lines = columns.map((column, at) =>
        `${column.name.padEnd(nameWidth)} | ${row[at] ?? ""}`.trimEnd(),
      );
      return [`─[ ${index + 1} ]`.padEnd(ruleWidth, "─"), ...lines].join("\n");
    })
    .join("\n");
}

/**
 * Text from a database must not steer the terminal: control characters are shown, not sent. Line
 * breaks stay, tabs become blanks, and what is very long is cut.
 */
export function shownCell(value: string): string {
  const short = value.length > cellMaxLength ? `${value.slice(0, cellMaxLength)}…` : value;
  return short
    .replaceAll("\r\n", "\n")
    .replaceAll("\t", "  ")
    .replace(/\p{Cc}/gu, (char) =>
      char === "\n" ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
}

function lengthOf(cell: string): number {
  return Math.max(...cell.split("\n").map((line) => line.length));
}
