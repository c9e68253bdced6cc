import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-add-summary",
  text: `
    INSERT INTO analytics.order_summary_folded AS known
      (customer_id, day, created, paid, shipped, cancelled, revenue)
    VALUES ($1, $2, $3, $4, $5, $6, $7::numeric / 100)
    ON CONFLICT (customer_id, day) DO UPDATE
    SET created = known.created + excluded.created, paid = known.paid + excluded.paid,
        shipped = known.shipped + excluded.shipped,
        cancelled = known.cancelled + excluded.cancelled, revenue = known.revenue + excluded.revenue`,
};

export async function addSummary(
  tx: Queryable,
  change: {
    readonly customerId: string;
    /** 2026-01-31 */
    readonly day: string;
    readonly created?: number;
    readonly paid?: number;
    readonly shipped?: number;
    readonly cancelled?: number;
    readonly cents: number;
  },
): Promise<void> {
  const { customerId, day, created = 0, paid = 0, shipped = 0, cancelled = 0, cents } = change;
  await tx.query(statement, [customerId, day, created, paid, shipped, cancelled, cents]);
}
