import { shownLines } from "../failure/shown.ts";
import { drawTable, widest } from "./draw-table.ts";
import { padEnd, pieces, widthOf } from "./width.ts";

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
  const heads = columns.map(({ name }) => shownCell(name));
  const cells = rows.map((row) => columns.map((_, index) => shownCell(row[index] ?? "")));
  const widths = heads.map((head, index) =>
    cells.reduce((most, row) => Math.max(most, widest(row[index] ?? "")), widest(head)),
  );
  const fitted = layout.width === undefined ? widths : fitWidths(widths, layout.width);
  if (layout.expanded === true || fitted === undefined) return records(heads, cells, layout.width);
  const folded = (text: string, width: number) =>
    text
      .split("\n")
      .flatMap((line) => (widthOf(line) <= width ? [line] : pieces(line, width)))
      .join("\n");
  const drawn = columns.map(({ align }, index) => {
    const width = fitted[index] ?? 1;
    return { head: folded(heads[index] ?? "", width), width, align: align ?? "left" };
  });
  return drawTable(
    drawn,
    cells.map((row) => row.map((cell, index) => folded(cell, fitted[index] ?? 1))),
  );
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
  heads: readonly string[],
  cells: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const nameWidth = Math.max(...heads.map(widest));
  const ruleWidth = Math.min(width ?? 60, 60);
  // A value of several lines must not look like the next columns.
  const goesOn = `\n${" ".repeat(nameWidth)} | `;
  return cells
    .map((row, index) => {
      const lines = heads.map((head, at) =>
        `${padEnd(head, nameWidth)} | ${(row[at] ?? "").replaceAll("\n", goesOn)}`.trimEnd(),
      );
      return [`─[ ${index + 1} ]`.padEnd(ruleWidth, "─"), ...lines].join("\n");
    })
    .join("\n");
}

/**
 * Text from a database must not steer the terminal: what could is shown, not sent. Line breaks stay,
 * tabs become blanks, and what is very long is cut.
 */
export function shownCell(value: string): string {
  // Cut first: a value may have a gigabyte.
  const short = value.length > cellMaxLength ? `${value.slice(0, cellMaxLength)}…` : value;
  const whole = short.replace(/[\ud800-\udbff]…$/, "…");
  return shownLines(
    whole.replaceAll("\r\n", "\n").replaceAll("\t", "  ").replaceAll("\u001b", "\\x1b"),
  );
}
