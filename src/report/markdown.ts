import { shown } from "../failure/shown.ts";

/** Pure: a text that is no element, link or column of its own, on one line. */
export function markdownText(text: string): string {
  const line = text.split("\n").map(shown).join(" · ");
  return line.replace(/[\\`*_[\]<>|&]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Pure: a table as GitHub draws it; all columns but the first are figures. */
export function markdownTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(" | ")} |`;
  return [
    line(heads),
    `| ${heads.map((_, index) => (index === 0 || heads.length === 2 ? "---" : "---:")).join(" | ")} |`,
    ...rows.map(line),
  ].join("\n");
}
