import type { Outcome } from "../../order/outcome.ts";
import type { Queryable } from "../../ports/database.ts";
import { rejectionDetail, rejectionReason } from "./insert-order-lines.ts";

const statement = {
  name: "change_outcomes",
  text: `
    UPDATE orders
    SET status = decided.status,
        rejection_reason = decided.rejection_reason,
        rejection_detail = decided.rejection_detail
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[])
      AS decided (order_id, status, rejection_reason, rejection_detail)
    WHERE orders.order_id = decided.order_id`,
};

/** Corrects the outcome on every line of orders that this transaction itself inserted. */
export async function changeOutcomes(
  tx: Queryable,
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<void> {
  if (outcomes.size === 0) return;
  const decided = [...outcomes.values()];
  await tx.query(statement, [
    [...outcomes.keys()],
    decided.map((outcome) => outcome.status),
    decided.map(rejectionReason),
    decided.map(rejectionDetail),
  ]);
}
