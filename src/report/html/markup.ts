import { shown } from "../../failure/shown.ts";

/** Markup that is what it should be: only `html` makes it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type HtmlValue = Html | string | number | readonly Html[];

/**
 * Pure: a template whose values are text unless they are Html: escaped, in attributes too, and what
 * is invisible there is shown. Lists of Html stand one below the other.
 */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    literals.reduce((before, literal, index) => {
      const value = values[index - 1];
      return `${before}${value === undefined ? "" : markupOf(value)}${literal}`;
    }),
  );
}

export const nothing = html``;

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return value.map(({ markup }) => markup).join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return shown(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
