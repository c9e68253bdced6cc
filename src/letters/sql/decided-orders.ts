import type { Queryable, Statement } from "../../ports/database.ts";

export interface OutcomeRow {
  readonly order_id: string;
  readonly status: string;
  readonly rejection_reason: string | null;
  readonly source_partition: number | null;
  readonly source_offset: number | null;
}

const select: Statement = {
  text: `SELECT order_id::text AS order_id, status, rejection_reason, source_partition, source_offset
           FROM orders WHERE order_id = ANY ($1::uuid[]) AND line_no = 1`,
};

/** @returns those of the orders that have an outcome, by order id. */
export async function decidedOrders(
  database: Queryable,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, OutcomeRow>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await database.query<OutcomeRow>(select, [orderIds]);
  return new Map(rows.map((row) => [row.order_id, row]));
}
