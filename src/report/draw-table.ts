import { padEnd, padStart, widthOf } from "./width.ts";

export interface DrawnColumn {
  readonly head: string;
  /** Columns of the terminal inside of the frame, without the blank on each side. */
  readonly width: number;
  readonly align?: "left" | "right";
}

/** A frame around cells that fit their columns; a cell may have several lines. Colours are no width. */
export function drawTable(
  columns: readonly DrawnColumn[],
  rows: readonly (readonly string[])[],
): string {
  const rule = (left: string, middle: string, right: string) =>
    `${left}${columns.map(({ width }) => "─".repeat(width + 2)).join(middle)}${right}`;
  const heads = columns.map(({ head }) => head);
  return [
    rule("┌", "┬", "┐"),
    ...rowLines(columns, heads),
    ...(rows.length === 0 ? [] : [rule("├", "┼", "┤")]),
    ...rows.flatMap((row) => rowLines(columns, row)),
    rule("└", "┴", "┘"),
  ].join("\n");
}

function rowLines(columns: readonly DrawnColumn[], row: readonly string[]): readonly string[] {
  const cells = columns.map((_, index) => (row[index] ?? "").split("\n"));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => {
    const parts = columns.map(({ width, align }, index) => {
      const text = cells[index]?.[at] ?? "";
      return align === "right" ? padStart(text, width) : padEnd(text, width);
    });
    return `│ ${parts.join(" │ ")} │`;
  });
}

/** Of a text of several lines, the widest. */
export function widest(text: string): number {
  return Math.max(...text.split("\n").map(widthOf));
}
