import type { CatalogueColumn, CatalogueRelation } from "./catalogue.ts";
import { type OrderIdType, orderIdTypeOf } from "./id-type.ts";
import {
  type ColumnNames,
  type MoneyUnit,
  type OrderColumn,
  type OrdersMapping,
  orderColumns,
  type StatusValues,
  type StockColumn,
  type StockMapping,
  stockColumns,
} from "./mapping.ts";
import { eitherOf, mappingFailure, nearNames } from "./mapping-failure.ts";
import type { MappedRelation } from "./relations.ts";
import { sqlLiteral, sqlName } from "./sql-text.ts";

/** What a mapping's table or query turned out to be. */
export interface ResolvedSource {
  /** undefined: a query. */
  readonly relation: CatalogueRelation | undefined;
  /** Of a query, its text. */
  readonly query: string | undefined;
  readonly columns: readonly CatalogueColumn[];
}

/** The columns that nothing can be said without. */
const ordersNeed = ["order_id", "product_id", "quantity", "status"] as const;
const stockNeeds = ["product_id", "available_quantity"] as const;

export interface ResolvedOrders {
  readonly relation: MappedRelation<OrderColumn>;
  readonly orderIdType: OrderIdType;
  readonly writersKept: boolean;
}

/**
 * Pure: from a mapping and the catalogue to a FROM item.
 * @throws Failure("usage") for a column that is not there, with those that are like it.
 */
export function resolveOrders(mapping: OrdersMapping, source: ResolvedSource): ResolvedOrders {
  const found = columnsOf("orders", mapping.columns, orderColumns, ordersNeed, source);
  const { names, types } = found;
  const idType = orderIdTypeOf(types.order_id ?? "");
  const kept = source.relation?.kind === "table";
  const status = statusText(names.status ?? "NULL", mapping.status);
  const decided =
    names.source_offset === undefined
      ? `coalesce(${status.meaning} IN ('released', 'shipped'), false)`
      : `t.${names.source_offset} IS NOT NULL`;
  const columns = [
    [idType === undefined ? `(t.${names.order_id})::text` : `t.${names.order_id}`, "order_id"],
    [typed(names.line_no, "int"), "line_no"],
    [typed(names.customer_id, "text"), "customer_id"],
    [typed(names.product_id, "text"), "product_id"],
    [number(names.quantity, types.quantity), "quantity"],
    [money(number(names.amount, types.amount), mapping.money), "amount"],
    [status.word, "status"],
    [typed(names.rejection_reason, "text"), "rejection_reason"],
    [names.created_at === undefined ? "NULL::timestamptz" : `t.${names.created_at}`, "created_at"],
    [typed(names.source_partition, "int"), "source_partition"],
    [typed(names.source_offset, "bigint"), "source_offset"],
    [decided, "names_message"],
    ...(kept ? [["t.xmin", "written_by"] as const] : []),
  ] as const;
  return {
    relation: { ...found, from: fromItem(columns, source) },
    orderIdType: idType ?? "text",
    writersKept: kept,
  };
}

/** As `resolveOrders`. */
export function resolveStock(
  mapping: StockMapping,
  source: ResolvedSource,
): MappedRelation<StockColumn> {
  const found = columnsOf("stock", mapping.columns, stockColumns, stockNeeds, source);
  const { names, types } = found;
  const columns = [
    [`t.${names.product_id}`, "product_key"],
    [typed(names.product_id, "text"), "product_id"],
    [number(names.available_quantity, types.available_quantity), "available_quantity"],
    [number(names.reserved_quantity, types.reserved_quantity), "reserved_quantity"],
    [number(names.total_quantity, types.total_quantity), "total_quantity"],
    [money(number(names.unit_price, types.unit_price), mapping.money), "unit_price"],
  ] as const;
  return { ...found, from: fromItem(columns, source) };
}

function columnsOf<Name extends string>(
  section: "orders" | "stock",
  given: ColumnNames<Name>,
  canonical: readonly Name[],
  needed: readonly Name[],
  source: ResolvedSource,
): Omit<MappedRelation<Name>, "from"> {
  const there = new Map(source.columns.map((column) => [column.name, column]));
  const names: Partial<Record<Name, string>> = {};
  const types: Partial<Record<Name, string>> = {};
  for (const name of canonical) {
    const wanted = given[name] ?? name;
    const column = wanted === false ? undefined : there.get(wanted);
    if (column !== undefined) {
      names[name] = sqlName(column.name);
      types[name] = column.type;
    } else if (typeof given[name] === "string") {
      throw noColumn(`${section}.${name}`, given[name], source);
    } else if (needed.includes(name)) throw noColumn(`${section}.${name}`, undefined, source);
  }
  const { relation } = source;
  // What is in another database can be read here, and not locked.
  const table =
    relation === undefined || relation.kind === "foreign table"
      ? undefined
      : `${sqlName(relation.schema)}.${sqlName(relation.name)}`;
  return { table, names, types };
}

function noColumn(key: string, named: string | undefined, source: ResolvedSource) {
  const there = source.columns.map(({ name }) => name);
  const where =
    source.relation === undefined
      ? "the query"
      : `the table "${source.relation.schema}"."${source.relation.name}"`;
  const canonical = key.slice(key.indexOf(".") + 1);
  return mappingFailure(
    named === undefined
      ? `${where} has no column "${canonical}", and the mapping does not say which column is ${key}`
      : `${where} has no column "${named}", which the mapping names for ${key}`,
    there.length === 0
      ? "may the role read it?"
      : `say ${key} = ${eitherOf(nearNames(named ?? canonical, there))}; \`orders audit map\` drafts it`,
    named === undefined ? "without it nothing can be said about the orders" : undefined,
  );
}

function fromItem(
  columns: readonly (readonly [string, string])[],
  { relation, query }: ResolvedSource,
): string {
  const list = columns.map(([expression, name]) => `${expression} AS ${name}`).join(", ");
  const from =
    relation === undefined
      ? // A comment at its end must not swallow what follows.
        `(\n${(query ?? "").replace(/[;\s]+$/, "")}\n)`
      : `${sqlName(relation.schema)}.${sqlName(relation.name)}`;
  return `(SELECT ${list} FROM ${from} t)`;
}

const numbers = /^(smallint|integer|bigint|numeric|real|double precision)$/;

function number(name: string | undefined, type = ""): string {
  if (name === undefined) return "NULL::numeric";
  return numbers.test(type) ? `t.${name}` : `(t.${name})::text::numeric`;
}

function money(expression: string, unit: MoneyUnit): string {
  return unit === "units" ? expression : `(${expression} / 100.0)`;
}

function typed(name: string | undefined, type: string): string {
  return name === undefined ? `NULL::${type}` : `(t.${name})::${type}`;
}

const words = ["reserved", "rejected", "released", "shipped"] as const;

/**
 * A status in our words. A value that the mapping does not name is no outcome, whatever it is called:
 * one that would pass for an outcome is set off.
 * @returns `word` as an order row has it (an order given up before is released there), `meaning` with
 *   the two apart.
 */
function statusText(
  name: string,
  values: StatusValues | undefined,
): { readonly word: string; readonly meaning: string } {
  const text = `(t.${name})::text`;
  if (values === undefined) {
    const word = `coalesce(${text}, 'null')`;
    return { word, meaning: text };
  }
  const when = Object.entries(values).flatMap(([meaning, all]) =>
    all.length === 0 ? [] : [{ meaning, list: all.map(sqlLiteral).join(", ") }],
  );
  const cases = (word: (meaning: string) => string | undefined) =>
    when.flatMap(({ meaning, list }) => {
      const said = word(meaning);
      return said === undefined ? [] : [`WHEN ${text} IN (${list}) THEN ${sqlLiteral(said)}`];
    });
  const outcomes = cases((meaning) => {
    if (meaning === "undecided") return undefined;
    return meaning === "cancelled" ? "released" : meaning;
  });
  const list = words.map(sqlLiteral).join(", ");
  const rest = `CASE WHEN ${text} IN (${list}) THEN 'unmapped ' || ${text} ELSE coalesce(${text}, 'null') END`;
  const meanings = cases((meaning) => meaning);
  return {
    word: outcomes.length === 0 ? rest : `CASE ${outcomes.join(" ")} ELSE ${rest} END`,
    meaning: meanings.length === 0 ? "NULL::text" : `CASE ${meanings.join(" ")} END`,
  };
}
