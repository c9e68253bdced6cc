import type { Queryable } from "../ports/database.ts";
import type { AuditedSchema } from "./audited-schema.ts";
import { type CatalogueRelation, relationNamed, relationText } from "./mapping/catalogue.ts";
import type { Mapping, RowSource } from "./mapping/mapping.ts";
import { eitherOf, mappingFailure, nearNames } from "./mapping/mapping-failure.ts";
import type { MappedRelations } from "./mapping/relations.ts";
import { type ResolvedSource, resolveOrders, resolveStock } from "./mapping/resolve-mapping.ts";
import { columnsOfRelation, relationsIn } from "./sql/select-catalogue.ts";
import { columnsOfQuery } from "./sql/select-query-columns.ts";

/** One that is read through a mapping. */
export type MappedSchema = AuditedSchema & { readonly mapped: MappedRelations };

/**
 * What a foreign database can testify, read through a mapping. Columns that neither the mapping names
 * nor the table has are evidence that is not there.
 * @throws Failure("usage") for a table or a column that is named and is not there.
 */
export async function readMappedSchema(
  database: Queryable,
  mapping: Pick<Mapping, "orders" | "stock">,
): Promise<MappedSchema> {
  const {
    orders = { source: { table: "orders" }, columns: {}, status: undefined, money: "units" },
    stock = { source: { table: "inventory" }, columns: {}, money: "units" },
  } = mapping;
  const relations = await relationsIn(database);
  const resolved = resolveOrders(orders, await sourceOf(database, "orders", orders, relations));
  const inventory = resolveStock(stock, await sourceOf(database, "stock", stock, relations));
  const { names } = resolved.relation;
  return {
    present: {
      orderLines: names.line_no !== undefined,
      rejectionDetail: false,
      deadLetters: false,
      consumerOffsets: false,
      stockMovements: false,
    },
    orderIdType: resolved.orderIdType,
    sources: names.source_partition !== undefined && names.source_offset !== undefined,
    replays: false,
    mapped: { orders: resolved.relation, inventory, writersKept: resolved.writersKept },
  };
}

async function sourceOf(
  database: Queryable,
  section: "orders" | "stock",
  { source }: { readonly source: RowSource },
  relations: readonly CatalogueRelation[],
): Promise<ResolvedSource> {
  if (source.query !== undefined) {
    const { query } = source;
    try {
      return { relation: undefined, query, columns: await columnsOfQuery(database, query) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw mappingFailure(
        `${section}.query cannot be read: ${error.message}`,
        "it must be one SELECT, as it would stand in a FROM clause; try it with `orders db query`",
      );
    }
  }
  const relation = relationNamed(source.table, relations);
  if (relation === undefined) {
    const near = nearNames(source.table, relations.map(relationText));
    throw mappingFailure(
      `the database has no table "${source.table}", which the mapping names for ${section}`,
      near.length === 0
        ? "it has none at all: is --database-url right?"
        : `say ${section}.table = ${eitherOf(near)}; \`orders audit map\` drafts it`,
    );
  }
  const columns = await columnsOfRelation(database, relation);
  return { relation, query: undefined, columns };
}

/** What PostgreSQL says of a statement; class 42: it is wrong, or not allowed. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith("42");
}
