import type { Queryable, Statement } from "../../ports/database.ts";
import type { ProductEvidence } from "../database-evidence.ts";
import { mappedStatement } from "../mapping/mapped-statement.ts";
import type { AuditedSchema } from "../read-schema.ts";

/** @param orders gives product_id, pieces (reserved), released and shipped: sums of order lines. */
const products = (orders: string): Statement => ({
  text: `
    SELECT coalesce(i.product_id, o.product_id) AS product_id,
           i.product_id IS NOT NULL AS stocked,
           i.available_quantity::bigint AS available,
           (i.row ->> 'reserved_quantity')::bigint AS reserved,
           (i.row ->> 'total_quantity')::bigint AS total,
           coalesce(o.pieces, 0)::bigint AS reserved_by_orders,
           coalesce(o.released, 0)::bigint AS released_by_orders,
           coalesce(o.shipped, 0)::bigint AS shipped_by_orders
    FROM (SELECT s.product_id, s.available_quantity, to_jsonb(s) AS row FROM inventory s) i
    FULL JOIN (${orders}) o ON o.product_id = i.product_id
    ORDER BY 1`,
});

// An order that was cancelled before it was decided is of no message, and never held anything.
const selectOurs = products(`
      SELECT r.product_id,
             sum(r.quantity) FILTER (WHERE r.status = 'reserved') AS pieces,
             sum(r.quantity) FILTER (WHERE r.status = 'released') AS released,
             sum(r.quantity) FILTER (WHERE r.status = 'shipped') AS shipped
      FROM orders r
      WHERE r.status = 'reserved' OR r.status = 'shipped'
         OR r.status = 'released' AND r.source_offset IS NOT NULL
      GROUP BY r.product_id`);

const selectOthers = products(`
      SELECT r.product_id, sum(r.quantity) AS pieces, 0 AS released, 0 AS shipped
      FROM orders r WHERE r.status = 'reserved' GROUP BY r.product_id`);

const selectMapped = mappedStatement(
  ({ orders, inventory }) => `
    SELECT coalesce(i.product_id, o.product_id) AS product_id,
           i.product_id IS NOT NULL AS stocked,
           i.available_quantity::bigint AS available, i.reserved_quantity::bigint AS reserved,
           i.total_quantity::bigint AS total,
           coalesce(o.pieces, 0)::bigint AS reserved_by_orders,
           coalesce(o.released, 0)::bigint AS released_by_orders,
           coalesce(o.shipped, 0)::bigint AS shipped_by_orders
    FROM ${inventory.from} i
    FULL JOIN (
      SELECT r.product_id,
             sum(r.quantity) FILTER (WHERE r.status = 'reserved') AS pieces,
             sum(r.quantity) FILTER (WHERE r.status = 'released') AS released,
             sum(r.quantity) FILTER (WHERE r.status = 'shipped') AS shipped
      FROM ${orders.from} r
      WHERE r.status = 'reserved' OR r.status = 'shipped' OR r.status = 'released' AND r.names_message
      GROUP BY r.product_id) o ON o.product_id = i.product_id
    ORDER BY 1`,
);

const selectMovements: Statement = {
  text: `
    SELECT m.product_id, sum(m.delta_total)::bigint AS total,
           sum(m.delta_available)::bigint AS available
    FROM stock_movements m GROUP BY 1`,
};

/** Which of it the database can give. */
type Testimony = Pick<AuditedSchema, "sources"> & {
  /** undefined: its tables are ours, or named as ours. */
  readonly mapped?: AuditedSchema["mapped"];
  readonly present: Pick<AuditedSchema["present"], "stockMovements">;
};

interface Row {
  readonly product_id: string;
  readonly stocked: boolean;
  readonly available: number | null;
  readonly reserved: number | null;
  readonly total: number | null;
  readonly reserved_by_orders: number;
  readonly released_by_orders: number;
  readonly shipped_by_orders: number;
}

interface Movements {
  readonly product_id: string;
  readonly total: number;
  readonly available: number;
}

/** @returns every product that is stocked or in an order, sorted by id. Reads all orders. */
export async function productEvidence(
  tx: Queryable,
  { present: { stockMovements: movementsKept }, sources, mapped }: Testimony,
): Promise<readonly ProductEvidence[]> {
  const statement =
    mapped !== undefined ? selectMapped(mapped) : sources ? selectOurs : selectOthers;
  const { rows } = await tx.query<Row>(statement);
  const moved = new Map<string, Movements>();
  if (movementsKept) {
    const movements = await tx.query<Movements>(selectMovements);
    for (const row of movements.rows) moved.set(row.product_id, row);
  }
  return rows.map((row) => ({
    productId: row.product_id,
    stock: row.stocked
      ? {
          available: row.available ?? 0,
          reserved: row.reserved ?? undefined,
          total: row.total ?? undefined,
        }
      : undefined,
    reservedByOrders: row.reserved_by_orders,
    releasedByOrders: row.released_by_orders,
    shippedByOrders: row.shipped_by_orders,
    movedTotal: movementsKept ? (moved.get(row.product_id)?.total ?? 0) : undefined,
    movedAvailable: movementsKept ? (moved.get(row.product_id)?.available ?? 0) : undefined,
  }));
}
