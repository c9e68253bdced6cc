import { relationText } from "../catalogue.ts";
import { type FieldPath, fieldPathText } from "../field-path.ts";
import { orderColumns, orderFields, orderMeanings, stockColumns } from "../mapping.ts";
import { type MappingKey, mappingKeys } from "../mapping-keys.ts";
import type { MessageGuess } from "./guess-message.ts";
import type { StatusGuess } from "./guess-statuses.ts";
import type { DraftRelation, TableGuess } from "./guess-tables.ts";
import { type Guess, sure } from "./likeness.ts";

/** What a draft is made from. */
export interface DraftFindings {
  /** The likeliest first; none: nothing is like it. */
  readonly orders: readonly TableGuess<(typeof orderColumns)[number]>[];
  readonly stock: readonly TableGuess<(typeof stockColumns)[number]>[];
  readonly statuses: readonly StatusGuess[];
  /** undefined: there is no topic, or nothing legible in it. */
  readonly message: MessageGuess | undefined;
  /** Why there is no message. */
  readonly noMessage: string;
  /** Where it was looked, for the heading. */
  readonly looked: string;
}

export interface Draft {
  /** TOML with comments. */
  readonly text: string;
  /** Keys that a person should look at, each with why. */
  readonly unsure: readonly string[];
}

/** Keys that the audits need, and those without which something is not known. */
const needed = new Set([
  ...["orders.table", "orders.order_id", "orders.product_id", "orders.quantity", "orders.status"],
  ...["stock.table", "stock.product_id", "stock.available_quantity", "message.order_id"],
]);

/** Pure. A mapping's file, with a remark on whatever is a guess. */
export function writeDraft(findings: DraftFindings): Draft {
  const unsure: string[] = [];
  const lines = [
    "# What the system under audit calls what an audit looks at.",
    `# Drafted from ${findings.looked}: names that are alike, types that fit.`,
    "# Lines that end in ??? are doubtful: look at them, then run `orders audit doctor --mapping FILE`.",
    "",
    "[orders]",
    ...tableLines("orders", findings.orders, orderColumns, unsure),
    moneyLine(
      "orders",
      typeOf(findings.orders[0], "amount"),
      nameOf(findings.orders[0], "amount"),
      unsure,
    ),
    "",
    "# A status that stands under none of these is no outcome: such an order is not decided yet.",
    "[orders.status_values]",
    ...statusLines(findings.statuses, unsure),
    "",
    "[stock]",
    ...tableLines("stock", findings.stock, stockColumns, unsure),
    moneyLine(
      "stock",
      typeOf(findings.stock[0], "unit_price"),
      nameOf(findings.stock[0], "unit_price"),
      unsure,
    ),
    "",
    ...messageLines(findings, unsure),
    "",
    "# How an order is placed over HTTP (`orders audit race`); without it, as this project's API takes it.",
    "# [api]",
    ...apiLines(findings.message),
  ];
  return { text: `${lines.join("\n")}\n`, unsure };
}

function tableLines<Column extends string>(
  section: "orders" | "stock",
  guesses: readonly TableGuess<Column>[],
  columns: readonly Column[],
  unsure: string[],
): readonly string[] {
  const [guess, next] = guesses;
  if (guess === undefined) {
    unsure.push(`${section}.table: no table looks like it`);
    const keys = columns.map((name) => blankLine(section, name));
    return [
      `# table = ""  # ??? no table looks like it; ${summaryOf(section, "query")}: query = '''SELECT …'''`,
      ...keys,
    ];
  }
  const { relation } = guess;
  const rows = relation.rows === undefined ? "" : `, about ${relation.rows} rows`;
  const close = next !== undefined && next.score > guess.score - 40;
  const others = close ? [relationText(next.relation)] : [];
  const table = line(
    section,
    "table",
    relationText(relation),
    `${relation.kind}${rows}`,
    others,
    unsure,
  );
  return [
    table,
    ...columns.map((name) => {
      const column: Guess<string> = guess.columns[name];
      if (column.best === undefined) return blankLine(section, name, column.others, unsure);
      const { best } = column;
      const type = relation.columns.find((each) => each.name === best.name)?.type ?? "";
      const doubts = best.score >= sure ? column.others : [...column.others, ""];
      return line(section, name, best.name, type, doubts, unsure);
    }),
  ];
}

/** @param doubts what else it may be; an empty one: it is not very like. */
function line(
  section: string,
  key: string,
  value: string,
  remark: string,
  doubts: readonly string[],
  unsure: string[],
): string {
  const others = doubts.filter((each) => each !== "");
  const or = others.length === 0 ? "" : `; or ${others.map((each) => quoted(each)).join(", ")}`;
  if (doubts.length > 0)
    unsure.push(`${section}.${key}: ${quoted(value)}${or === "" ? ", by a faint likeness" : or}`);
  const said = oneLine(`${remark}${or}`);
  return `${key} = ${quoted(value)}  # ${said === "" ? summaryOf(section, key) : said}${doubts.length > 0 ? " ???" : ""}`;
}

function blankLine(
  section: string,
  key: string,
  others: readonly string[] = [],
  unsure: string[] = [],
): string {
  const must = needed.has(`${section}.${key}`);
  if (must) unsure.push(`${section}.${key}: nothing is like it, and it is needed`);
  const or =
    others.length === 0 ? "" : `; perhaps ${others.map((each) => quoted(each)).join(", ")}`;
  return `# ${key} = ""  # ${summaryOf(section, key)}${oneLine(or)}${must ? "; needed ???" : ""}`;
}

function statusLines(statuses: readonly StatusGuess[], unsure: string[]): readonly string[] {
  const unknown = statuses.filter(({ meaning }) => meaning === undefined);
  for (const { value, rows } of unknown) {
    unsure.push(`orders.status_values: ${quoted(value)} (${rows} rows) may mean anything`);
  }
  if (statuses.length === 0) {
    unsure.push("orders.status_values: there are no rows to take them from");
  }
  return [
    ...orderMeanings.map((meaning) => {
      const of = statuses.filter((status) => status.meaning === meaning);
      const rows = of.map(({ value, rows: count }) => `${value}: ${count} rows`).join(", ");
      const list = `[${of.map(({ value }) => quoted(value)).join(", ")}]`;
      return `${meaning} = ${list}  # ${oneLine(rows === "" ? summaryOf("orders.status_values", meaning) : rows)}`;
    }),
    ...unknown.map(({ value, rows }) =>
      `# ${quoted(value)} (${rows} rows) stands where? ???`.replace(/\s+/g, " "),
    ),
  ];
}

function messageLines({ message, noMessage }: DraftFindings, unsure: string[]): readonly string[] {
  if (message === undefined) {
    unsure.push(`message: ${noMessage}`);
    const blank = orderFields.map((field) => blankLine("message", field));
    return [`# ${oneLine(noMessage)} ???`, "# [message]", '# envelope = "none"', ...blank];
  }
  const { envelope, fields, kinds } = message;
  const kindLines =
    kinds === undefined
      ? [blankLine("message", "only_field"), blankLine("message", "only_values")]
      : [
          `# only_field = ${quoted(fieldPathText(kinds.path))}  # ${summaryOf("message", "only_field")}`,
          `# only_values = [${kinds.values.map(quoted).join(", ")}]  # keep those that place an order ???`,
        ];
  if (kinds !== undefined)
    unsure.push("message.only_values: the topic has several kinds of messages");
  return [
    "[message]",
    `envelope = ${quoted(envelope)}  # ${kindOf("message", "envelope")}`,
    ...orderFields.map((field) => {
      const guess: Guess<FieldPath> = fields[field];
      if (guess.best === undefined)
        return blankLine("message", field, guess.others.map(fieldPathText), unsure);
      const others = guess.others.map(fieldPathText);
      const doubts = guess.best.score >= 60 ? others : [...others, ""];
      return line("message", field, fieldPathText(guess.best.name), "", doubts, unsure);
    }),
    `money = "${isMinor(fields) ? "cents" : "units"}"  # ${summaryOf("message", "money")}`,
    ...kindLines,
  ];
}

function isMinor({ amount, price }: MessageGuess["fields"]): boolean {
  return [amount, price].some(({ best }) => minorUnits.test(best?.name.at(-1) ?? ""));
}

function apiLines(message: MessageGuess | undefined): readonly string[] {
  const fields = orderFields
    .filter((field) => field !== "order_id")
    .map((field) => {
      const path = message?.fields[field].best?.name;
      return `# ${field} = ${quoted(path === undefined ? "" : fieldPathText(path))}  # ${summaryOf("api", field)}`;
    });
  return [
    `# path = "orders"  # ${summaryOf("api", "path")}`,
    `# id = "id"  # ${summaryOf("api", "id")}`,
    ...fields,
    `# headers = { Authorization = "Bearer {{env.TOKEN}}" }  # ${summaryOf("api", "headers")}`,
  ];
}

function moneyLine(
  section: "orders" | "stock",
  type: string | undefined,
  name: string | undefined,
  unsure: string[],
): string {
  const minor = minorUnits.test(name ?? "");
  const whole = type !== undefined && /^(smallint|integer|bigint)$/.test(type);
  if (whole && !minor)
    unsure.push(
      `${section}.money: ${quoted(name ?? "")} is a whole number: cents, or whole units?`,
    );
  return `money = "${minor || whole ? "cents" : "units"}"  # ${summaryOf(section, "money")}${whole && !minor ? " ???" : ""}`;
}

function nameOf<Column extends string>(
  guess: TableGuess<Column> | undefined,
  column: Column,
): string | undefined {
  return guess?.columns[column].best?.name;
}

function typeOf<Column extends string>(
  guess: TableGuess<Column> | undefined,
  column: Column,
): string | undefined {
  const name = nameOf(guess, column);
  const relation: DraftRelation | undefined = guess?.relation;
  return relation?.columns.find((each) => each.name === name)?.type;
}

const minorUnits = /cent|minor|penny|pence/i;

const keys: Readonly<Record<string, Readonly<Record<string, MappingKey>>>> = mappingKeys;

function summaryOf(section: string, key: string): string {
  return keys[section]?.[key]?.summary ?? "";
}

function kindOf(section: string, key: string): string {
  const kind = keys[section]?.[key]?.kind;
  return Array.isArray(kind) ? kind.join(", ") : "";
}

/** As TOML takes it. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
