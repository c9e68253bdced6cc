import type { Queryable } from "../../ports/database.ts";
import type { Asked } from "../consumer/asked.ts";
import type { Judgement } from "../consumer/judgement.ts";

const statement = {
  name: "prove-insert-line",
  text: `
    INSERT INTO orders (order_id, line_no, customer_id, product_id, quantity, amount, status,
                        rejection_reason, rejection_detail, source_partition, source_offset, placed_at)
    VALUES ($1, $2, $3, $4, $5, $6::numeric / 100, $7, $8, $9, $10, $11, $12)`,
};

/** @param index of the line, from 0. */
export async function insertLine(
  tx: Queryable,
  { orderId, customerId, lines, partition, offset, placedAt }: Asked,
  index: number,
  judgement: Judgement,
  lineNo = index + 1,
): Promise<void> {
  const line = lines[index];
  if (line === undefined) throw new RangeError(`no line ${index}`);
  const { status } = judgement;
  const reason = judgement.status === "rejected" ? judgement.reason : null;
  await tx.query(statement, [
    ...[orderId, lineNo, customerId, line.productId, line.quantity, line.cents, status, reason],
    ...[detailOf(judgement), partition, offset, placedAt],
  ]);
}

function detailOf(judgement: Judgement): string | null {
  if (judgement.status !== "rejected") return null;
  const { productId: product_id, wanted, available } = judgement;
  return JSON.stringify({ product_id, wanted, available });
}
