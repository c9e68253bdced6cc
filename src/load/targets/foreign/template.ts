import { closestName } from "../../../failure/closest-name.ts";
import { Failure } from "../../../failure/failure.ts";
import { type PlannedOrder, pricedLines } from "../../workload.ts";
import {
  digitsOf,
  type Filling,
  type Placed,
  type Placeholder,
  placeholders,
} from "./placeholders.ts";

/** Text with placeholders, ready to be filled in once for each order. */
export interface Template {
  fill(order: PlannedOrder, nowMs: number): string;
  /** As it was written. */
  readonly text: string;
  /** It gives the same for every order. */
  readonly constant: boolean;
  /** Whether no two orders give the same. */
  readonly unique: boolean;
  /** Placeholders of a line that stand in no section: they need orders of one line. */
  readonly ofOneLine: readonly string[];
  /** It takes the digits of product names for numbers. */
  readonly needsProductDigits: boolean;
}

/**
 * How a value is written where it stands. `json`: by type outside of quotes, as escaped text within.
 * `header`: percent-encoded only where an HTTP header cannot carry it.
 */
export type Notation = "json" | "url" | "header" | "plain";

type Piece = (filling: Filling) => string;

const token = /\{\{\s*([#/]?)([^{}]*?)\s*\}\}/g;

/**
 * `{{name}}` stands for a value, `{{name|number}}` for the number that its digits make,
 * `{{#items}}…{{/items}}` for its text once per line, with commas between: JSON only.
 * @param where the flag, for errors.
 * @param more placeholders that stand here besides.
 * @throws Failure("usage") that names what is wrong; never the text around it, which may be secret.
 */
export function parseTemplate(
  text: string,
  where: string,
  notation: Notation,
  more: Readonly<Record<string, Placeholder>> = {},
): Template {
  const found = { unique: false, ofOneLine: [] as string[], needsProductDigits: false };
  const known = { ...placeholders, ...more };
  let constant = true;
  const outer: Piece[] = [];
  let inner: Piece[] | undefined;
  let inString = false;
  let at = 0;

  const literal = (part: string) => {
    if (notation === "json") inString = endsInString(part, inString);
    if (part !== "") (inner ?? outer).push(() => part);
  };
  for (const match of text.matchAll(token)) {
    literal(text.slice(at, match.index));
    at = match.index + match[0].length;
    constant = false;
    const [, sign = "", name = ""] = match;
    if (sign !== "") {
      if (
        name !== "items" ||
        notation !== "json" ||
        inString ||
        (inner === undefined) !== (sign === "#")
      )
        throw badSection(where);
      if (inner === undefined) inner = [];
      else {
        outer.push(perLine(inner));
        inner = undefined;
      }
      continue;
    }
    const [word = "", filter] = name.split("|").map((each) => each.trim());
    const placeholder = Object.hasOwn(known, word) ? known[word] : undefined;
    if (placeholder === undefined || (filter !== undefined && filter !== "number"))
      throw unknownPlaceholder(where, name, word);
    found.unique ||= placeholder.unique === true;
    if (placeholder.ofLine && inner === undefined) found.ofOneLine.push(word);
    if (filter !== undefined && word === "product_id") found.needsProductDigits = true;
    const write = writing(notation, inString);
    const { of } = placeholder;
    (inner ?? outer).push(
      filter === undefined
        ? (filling) => write(of(filling))
        : (filling) => write(digitsOf(String(of(filling))) ?? Number.NaN),
    );
  }
  literal(text.slice(at));
  if (inner !== undefined) throw badSection(where);
  return {
    ...{ ...found, text, constant },
    fill(order, nowMs) {
      const [line] = pricedLines(order);
      if (line === undefined) throw new Error("an order has at least one line");
      return join(outer, { order, line, nowMs });
    },
  };
}

/** @throws Failure("usage") where what the template gives for an order is no JSON. */
export function demandJson(template: Template, where: string, sample: PlannedOrder): void {
  try {
    JSON.parse(template.fill(sample, 0));
  } catch {
    const file = /^[^\s{["]+$/.test(template.text);
    throw new Failure("usage", {
      what: `${where} does not give JSON once its placeholders are filled in`,
      meaning:
        'outside of quotes {{customer_id}} gives "CUST00042" with its quotes, {{quantity}} gives 3',
      remedy: file
        ? `for the text in a file write ${where} @${template.text}`
        : `write e.g. {"customer": {{customer_id}}, "pieces": {{quantity}}, "ref": "load-{{fingerprint}}"}`,
    });
  }
}

function join(pieces: readonly Piece[], filling: Filling): string {
  let text = "";
  for (const piece of pieces) text += piece(filling);
  return text;
}

function perLine(pieces: readonly Piece[]): Piece {
  return (filling) =>
    pricedLines(filling.order)
      .map((line) => join(pieces, { ...filling, line }))
      .join(",");
}

function writing(notation: Notation, inString: boolean): (value: Placed) => string {
  if (notation === "url") return (value) => encodeURIComponent(textOf(value));
  if (notation === "plain") return textOf;
  if (notation === "header") return (value) => headerText(textOf(value));
  if (!inString) return (value) => JSON.stringify(value);
  return (value) => JSON.stringify(textOf(value)).slice(1, -1);
}

function headerText(text: string): string {
  return /^[ -~]*$/.test(text) ? text : encodeURIComponent(text);
}

function textOf(value: Placed): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether a place in JSON is within a string, given whether it was before this part. */
function endsInString(part: string, before: boolean): boolean {
  let inside = before;
  for (let at = 0; at < part.length; at++) {
    if (part[at] === '"') inside = !inside;
    else if (part[at] === "\\" && inside) at++;
  }
  return inside;
}

function unknownPlaceholder(where: string, name: string, word: string): Failure {
  const names = Object.keys(placeholders);
  const meant = closestName(word, names);
  return new Failure("usage", {
    what: `${where} has a placeholder that does not exist: {{${name}}}`,
    remedy:
      meant === undefined || meant === word
        ? `use ${names.map((each) => `{{${each}}}`).join(" ")}, or {{customer_id|number}} for the number in a name`
        : `did you mean {{${meant}}}?`,
  });
}

function badSection(where: string): Failure {
  return new Failure("usage", {
    what: `${where} has a section that cannot be read`,
    meaning:
      "only {{#items}} … {{/items}} is one: a JSON text once for each line, commas in between",
    remedy:
      'write e.g. "lines": [{{#items}}{"sku": {{product_id}}, "qty": {{quantity}}}{{/items}}]',
  });
}
