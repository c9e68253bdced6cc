import type { RejectionReason } from "../../../order/outcome.ts";
import type { Queryable } from "../../../ports/database.ts";

/** The first line of an order that was decided; the others share its outcome. */
export interface DecidedRow {
  readonly order_id: string;
  readonly status: string;
  readonly rejection_reason: RejectionReason | null;
  readonly rejection_detail: {
    readonly product_id: string;
    readonly wanted: number;
    readonly available: number;
  } | null;
  /** Of the message that decided it; null where it was no message on this topic. */
  readonly source_partition: number | null;
  readonly source_offset: number | null;
  readonly decided_at: Date;
}

const statement = {
  name: "select_decided_rows",
  text: `
    SELECT order_id, status, rejection_reason, rejection_detail, source_partition, source_offset,
           created_at AS decided_at
    FROM orders
    WHERE order_id = ANY ($1::uuid[]) AND line_no = 1`,
};

/** @returns those that are there, by id. */
export async function selectDecidedRows(
  database: Queryable,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, DecidedRow>> {
  const { rows } = await database.query<DecidedRow>(statement, [orderIds]);
  return new Map(rows.map((row) => [row.order_id, row]));
}
