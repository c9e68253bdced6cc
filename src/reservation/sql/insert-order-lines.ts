import type { Outcome } from "../../order/outcome.ts";
import type { Queryable } from "../../ports/database.ts";
import { jsonbArray, textArray } from "../../runtime/postgres/tables/binary-array.ts";
import type { LoggedOrder } from "../work.ts";

/** One row to be: line `lineNo` of an order, with its order's outcome. */
export interface LineRow {
  readonly logged: LoggedOrder;
  readonly lineNo: number;
  readonly outcome: Outcome;
}

// Sorted by the key: overlapping batches inserted unsorted deadlock, sorted ones never did.
const insert = `
    INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status,
                        rejection_reason, rejection_detail, source_partition, source_offset, placed_at)
    SELECT order_id, line_no, customer_id, product_id, quantity, amount, status,
           rejection_reason, rejection_detail, source_partition, source_offset,
           to_timestamp(placed_at_ms / 1000.0)
    FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::integer[], $6::numeric[],
                $7::text[], $8::text[], $9::jsonb[], $10::integer[], $11::bigint[], $12::bigint[])
      AS line (order_id, line_no, customer_id, product_id, quantity, amount, status,
               rejection_reason, rejection_detail, source_partition, source_offset, placed_at_ms)
    ORDER BY order_id, line_no`;

const first = {
  name: "insert_first_lines",
  text: `${insert}
    ON CONFLICT (order_id, line_no) DO NOTHING
    RETURNING order_id`,
};

// Line 1 went in, so nobody may have the others: a row that is there all the same is not the order's,
// and its pieces would differ from those that are taken. The error makes a dead letter of the order.
const further = { name: "insert_further_lines", text: insert };

/** @returns the ids whose first line was really inserted; the others were known. */
export async function insertFirstLines(
  tx: Queryable,
  rows: readonly LineRow[],
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const result = await tx.query<{ order_id: string }>(first, columns(rows));
  return new Set(result.rows.map((row) => row.order_id));
}

/** @throws PostgreSQL's unique_violation when there is such a line without a first one. */
export async function insertFurtherLines(tx: Queryable, rows: readonly LineRow[]): Promise<void> {
  if (rows.length > 0) await tx.query(further, columns(rows));
}

function columns(rows: readonly LineRow[]): unknown[] {
  const lines = rows.map(({ logged, lineNo }) => {
    const line = logged.order.lines[lineNo - 1];
    if (line === undefined)
      throw new RangeError(`order ${logged.order.orderId} has no line ${lineNo}`);
    return line;
  });
  return [
    rows.map((row) => row.logged.order.orderId),
    rows.map((row) => row.lineNo),
    rows.map((row) => row.logged.order.customerId),
    lines.map((line) => line.productId),
    lines.map((line) => line.quantity),
    lines.map((line) => line.amount),
    rows.map((row) => row.outcome.status),
    // Binary, as they hold NULL: in text, the session's array_nulls would say what that is.
    textArray(rows, (row) => rejectionReason(row.outcome)),
    jsonbArray(rows, (row) => rejectionDetail(row.outcome)),
    rows.map((row) => row.logged.partition),
    rows.map((row) => row.logged.message.offset),
    rows.map((row) => row.logged.order.placedAtMs),
  ];
}

export function rejectionReason(outcome: Outcome): string | null {
  return outcome.status === "rejected" ? outcome.reason : null;
}

/** Why the rejection was right: the product, what was wanted and what there was (promise 4). */
export function rejectionDetail(outcome: Outcome): string | null {
  if (outcome.status !== "rejected") return null;
  const { productId: product_id, wanted, available } = outcome;
  return JSON.stringify({ product_id, wanted, available });
}
