import { Failure } from "../failure/failure.ts";
import type { Queryable } from "../ports/database.ts";
import type { AuditedSchema } from "./audited-schema.ts";
import type { Mapping } from "./mapping/mapping.ts";
import { readMappedSchema } from "./read-mapped-schema.ts";
import { columnsOf } from "./sql/select-columns.ts";

export type { AuditedSchema };

const ordersColumns = [
  "order_id",
  "customer_id",
  "product_id",
  "quantity",
  "amount",
  "status",
] as const;
const inventoryColumns = ["product_id", "available_quantity"] as const;

/**
 * What this database can testify. Only `orders` and `inventory` with the columns that every such
 * system has are demanded; all else is evidence that may be missing.
 * @param mapping where a foreign system has them.
 * @throws Failure("environment") when those are not there; Failure("usage") when the mapping names
 *   what is not.
 */
export async function readSchema(database: Queryable, mapping?: Mapping): Promise<AuditedSchema> {
  if (mapping?.orders !== undefined || mapping?.stock !== undefined) {
    return readMappedSchema(database, mapping);
  }
  const tables = await columnsOf(database, [
    "orders",
    "inventory",
    "dead_letters",
    "dead_letter_replays",
    "consumer_offsets",
    "stock_movements",
  ]);
  demand("orders", tables.get("orders"), ordersColumns);
  demand("inventory", tables.get("inventory"), inventoryColumns);
  const orders = tables.get("orders");
  return {
    present: {
      orderLines: orders?.has("line_no") ?? false,
      rejectionDetail: (orders?.has("rejection_reason") && orders.has("rejection_detail")) ?? false,
      deadLetters: tables.get("dead_letters")?.has("order_id") ?? false,
      consumerOffsets: tables.get("consumer_offsets")?.has("next_offset") ?? false,
      stockMovements: tables.get("stock_movements")?.has("delta_total") ?? false,
    },
    orderIdType: orders?.get("order_id") === "uuid" ? "uuid" : "text",
    sources: (orders?.has("source_partition") && orders.has("source_offset")) ?? false,
    replays: tables.get("dead_letter_replays")?.has("result") ?? false,
    mapped: undefined,
  };
}

function demand(
  table: string,
  columns: ReadonlyMap<string, string> | undefined,
  needed: readonly string[],
): void {
  const missing = needed.filter((column) => columns?.has(column) !== true);
  if (missing.length === 0) return;
  throw new Failure("environment", {
    what:
      columns === undefined
        ? `the database has no table "${table}"`
        : `the table "${table}" has no column ${missing.join(", ")}`,
    meaning: "without it nothing can be said about the orders",
    remedy: "point --database-url at the pipeline's database, or run `orders up` first",
  });
}
