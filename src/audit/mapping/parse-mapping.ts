import { parse } from "smol-toml";
import { type FieldPath, parseFieldPath } from "./field-path.ts";
import {
  type ApiMapping,
  type ColumnNames,
  type Envelope,
  type Mapping,
  type MessageMapping,
  type MoneyUnit,
  type OrderFields,
  type OrdersMapping,
  orderColumns,
  orderFields,
  orderMeanings,
  type RowSource,
  type StatusValues,
  type StockMapping,
  stockColumns,
} from "./mapping.ts";
import { eitherOf, mappingFailure, nearNames } from "./mapping-failure.ts";
import { type MappingKey, type MappingSection, mappingKeys } from "./mapping-keys.ts";

type Value = string | false | FieldPath | readonly string[] | Readonly<Record<string, string>>;
type Section = ReadonlyMap<string, Value>;

/** `orders.order_id=id`: one key of a mapping, as a flag gives it. */
export type MappingAssignment = string;

/**
 * @param text TOML. undefined: there is no file.
 * @param where the file's name, for errors.
 * @param assignments win over the file.
 * @throws Failure("usage") that says which key is wrong, and which name may have been meant.
 */
export function parseMapping(
  text: string | undefined,
  where: string,
  assignments: readonly MappingAssignment[] = [],
): Mapping {
  const sections = new Map<MappingSection, Map<string, Value>>();
  const put = (section: MappingSection, key: string, value: Value) => {
    const values = sections.get(section) ?? new Map<string, Value>();
    sections.set(section, values.set(key, value));
  };
  for (const { name, value } of leaves(tomlOf(text, where), "")) {
    const { section, key, kind } = keyNamed(name, where);
    put(section, key, checked(name, value, kind, where));
  }
  for (const assignment of assignments) {
    const [, name = "", value = ""] = /^\s*([^=]+?)\s*=(.*)$/s.exec(assignment) ?? [];
    if (name === "") {
      throw mappingFailure(
        `--map "${assignment}" is not of the form SECTION.KEY=VALUE`,
        "write e.g. --map orders.order_id=id --map orders.status_values.reserved=CONFIRMED,OK",
      );
    }
    const { section, key, kind } = keyNamed(name, "--map");
    put(section, key, checked(name, flagValue(value, kind), kind, "--map"));
  }
  return {
    orders: ordersOf(sections.get("orders"), sections.get("orders.status_values"), where),
    stock: stockOf(sections.get("stock"), where),
    message: messageOf(sections.get("message"), where),
    api: apiOf(sections.get("api")),
  };
}

function tomlOf(text: string | undefined, where: string): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    return parse(text);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw mappingFailure(
      `${where} is not TOML: ${why}`,
      "correct it, or let `orders audit map` draft one",
    );
  }
}

interface Leaf {
  readonly name: string;
  readonly value: unknown;
}

/** Every value with its dotted name; what stands in `headers` is one value. */
function* leaves(table: Readonly<Record<string, unknown>>, prefix: string): Generator<Leaf> {
  for (const [key, value] of Object.entries(table)) {
    const name = `${prefix}${key}`;
    const isTable =
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof Date);
    if (isTable && name !== "api.headers") {
      yield* leaves(value as Readonly<Record<string, unknown>>, `${name}.`);
    } else yield { name, value };
  }
}

const keyNames = Object.entries(mappingKeys).flatMap(([section, keys]) =>
  Object.keys(keys).map((key) => `${section}.${key}`),
);

function keyNamed(
  name: string,
  where: string,
): { readonly section: MappingSection; readonly key: string; readonly kind: MappingKey["kind"] } {
  const at = name.lastIndexOf(".");
  const [section, key] = [name.slice(0, Math.max(at, 0)), name.slice(at + 1)];
  const keys = Object.hasOwn(mappingKeys, section)
    ? (mappingKeys[section as MappingSection] as Readonly<Record<string, MappingKey>>)
    : undefined;
  const found = keys !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (found !== undefined) return { section: section as MappingSection, key, kind: found.kind };
  const names =
    keys === undefined ? keyNames : Object.keys(keys).map((each) => `${section}.${each}`);
  throw mappingFailure(
    `${where}: there is no key "${name}" in a mapping`,
    `did you mean ${eitherOf(nearNames(name, names, 3))}? \`orders audit map\` drafts a file with all of them`,
  );
}

/** What a flag says, in the form that the file has it. */
function flagValue(value: string, kind: MappingKey["kind"]): unknown {
  if (kind === "column" && value === "false") return false;
  if (kind === "values") return value.split(",").map((each) => each.trim());
  if (kind !== "texts") return value;
  const pairs = value.split(",").map((each) => each.split(":"));
  return Object.fromEntries(
    pairs.map(([name = "", ...rest]) => [name.trim(), rest.join(":").trim()]),
  );
}

function checked(name: string, value: unknown, kind: MappingKey["kind"], where: string): Value {
  const wrong = (wanted: string) =>
    mappingFailure(
      `${where}: ${name} must be ${wanted}, found ${JSON.stringify(value)}`,
      "correct it",
    );
  if (kind === "values") {
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    if (values.every(isPlain)) return values.map(String);
    throw wrong("a text or a list of texts");
  }
  if (kind === "texts") {
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : undefined;
    if (entries?.every(([, each]) => typeof each === "string"))
      return Object.fromEntries(entries) as Readonly<Record<string, string>>;
    throw wrong('names with texts, as { Authorization = "Bearer {{env.TOKEN}}" }');
  }
  if (kind === "column" && value === false) return false;
  if (typeof value !== "string" || value === "")
    throw wrong(kind === "column" ? "the name of a column, or false" : "a text");
  if (kind === "path") {
    const path = parseFieldPath(value);
    if (path === undefined)
      throw wrong("field names as data.order.id, or a JSON pointer as /data/order/id");
    return path;
  }
  if (Array.isArray(kind) && !kind.includes(value))
    throw wrong(`one of ${(kind as readonly string[]).join(", ")}`);
  return value;
}

function isPlain(value: unknown): value is string | number | boolean | bigint {
  return ["string", "number", "boolean", "bigint"].includes(typeof value);
}

function ordersOf(
  section: Section | undefined,
  status: Section | undefined,
  where: string,
): OrdersMapping | undefined {
  if (section === undefined && status === undefined) return undefined;
  return {
    source: sourceOf(section, "orders", where),
    columns: columnsIn(section, orderColumns),
    status: status === undefined ? undefined : statusValues(status, where),
    money: moneyIn(section),
  };
}

function stockOf(section: Section | undefined, where: string): StockMapping | undefined {
  if (section === undefined) return undefined;
  return {
    source: sourceOf(section, "inventory", where, "stock"),
    columns: columnsIn(section, stockColumns),
    money: moneyIn(section),
  };
}

function sourceOf(
  section: Section | undefined,
  fallback: string,
  where: string,
  named = fallback,
): RowSource {
  const [table, query] = [textIn(section, "table"), textIn(section, "query")];
  if (query === undefined) return { table: table ?? fallback };
  if (table === undefined) return { query };
  throw mappingFailure(
    `${where}: ${named}.table and ${named}.query are both given`,
    "keep one of them: the table, or the SELECT in its place",
  );
}

function columnsIn<Name extends string>(
  section: Section | undefined,
  names: readonly Name[],
): ColumnNames<Name> {
  const given = names.flatMap((name) => {
    const value = section?.get(name);
    return typeof value === "string" || value === false ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given) as ColumnNames<Name>;
}

function statusValues(section: Section, where: string): StatusValues {
  const meaningOf = new Map<string, string>();
  const entries = orderMeanings.map((meaning) => {
    const values = (section.get(meaning) ?? []) as readonly string[];
    for (const value of values) {
      const other = meaningOf.get(value);
      if (other !== undefined && other !== meaning) {
        throw mappingFailure(
          `${where}: the status "${value}" stands under ${other} and under ${meaning}`,
          "a status has one meaning: keep one of the two",
        );
      }
      meaningOf.set(value, meaning);
    }
    return [meaning, values] as const;
  });
  return Object.fromEntries(entries) as StatusValues;
}

function messageOf(section: Section | undefined, where: string): MessageMapping | undefined {
  if (section === undefined) return undefined;
  const field = section.get("only_field") as FieldPath | undefined;
  const values = section.get("only_values") as readonly string[] | undefined;
  if ((field === undefined) !== (values === undefined)) {
    throw mappingFailure(
      `${where}: of message.only_field and message.only_values only one is given`,
      "give both: the field, and its values that mean a placed order",
    );
  }
  return {
    ...fieldsIn(section),
    envelope: (textIn(section, "envelope") ?? "none") as Envelope,
    only: field === undefined || values === undefined ? undefined : { path: field, values },
    key: (textIn(section, "key") ?? "customer_id") as MessageMapping["key"],
  };
}

function apiOf(section: Section | undefined): ApiMapping | undefined {
  if (section === undefined) return undefined;
  return {
    ...fieldsIn(section),
    method: textIn(section, "method") ?? "POST",
    path: textIn(section, "path") ?? "order",
    headers: (section.get("headers") ?? {}) as ApiMapping["headers"],
    id: section.get("id") as FieldPath | undefined,
    accept: (section.get("accept") as readonly string[] | undefined) ?? ["2xx"],
  };
}

/** Fields that are not named are those of this project, where none at all is named. */
function fieldsIn(section: Section): OrderFields {
  const given = orderFields.flatMap((field) => {
    const path = section.get(field) as FieldPath | undefined;
    return path === undefined ? [] : [[field, path] as const];
  });
  return {
    paths: given.length > 0 ? Object.fromEntries(given) : ourFields,
    money: moneyIn(section),
  };
}

const ourFields: OrderFields["paths"] = {
  order_id: ["order_id"],
  customer_id: ["customer_id"],
  product_id: ["product_id"],
  quantity: ["quantity"],
  amount: ["amount"],
};

function moneyIn(section: Section | undefined): MoneyUnit {
  return textIn(section, "money") === "cents" ? "cents" : "units";
}

function textIn(section: Section | undefined, key: string): string | undefined {
  const value = section?.get(key);
  return typeof value === "string" ? value : undefined;
}
