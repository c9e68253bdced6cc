import { shown } from "../../failure/shown.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Pure: text as it may stand in HTML and SVG, in attributes too; what is invisible there is shown. */
export function escaped(text: string): string {
  return shown(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
