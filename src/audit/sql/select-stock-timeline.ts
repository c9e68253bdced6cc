import type { Queryable, Statement } from "../../ports/database.ts";
import type { AuditedSchema } from "../read-schema.ts";
import type { RowsBefore } from "./select-written-rows.ts";

/*
 * What a run decided of one product, by the millisecond in which the deciding transaction began; by the
 * second where there are more than can be drawn.
 */
const selectTimeline: Statement = {
  text: `
    WITH decided AS (
      SELECT extract(epoch FROM o.created_at) * 1000 AS at_ms, o.quantity, o.status
      FROM orders o
      WHERE o.product_id = $1 AND o.status IN ('reserved', 'rejected')
        AND age(o.xmin) <= age(($2::bigint % 4294967296)::text::xid)),
    span AS (SELECT greatest(1, (max(at_ms) - min(at_ms)) / $3) AS step FROM decided)
    SELECT (floor(at_ms / step) * step)::float8 AS at_ms,
           coalesce(sum(quantity) FILTER (WHERE status = 'reserved'), 0)::bigint AS reserved,
           (count(*) FILTER (WHERE status = 'rejected'))::bigint AS rejected
    FROM decided, span GROUP BY 1 ORDER BY 1`,
};

const pointsMax = 500;

/** At most some hundred points. */
export interface StockTimeline {
  readonly productId: string;
  /** Pieces available before the first. */
  readonly before: number;
  readonly points: readonly {
    /** Milliseconds since the first. */
    readonly atMs: number;
    /** Pieces left. */
    readonly available: number;
    /** Orders refused so far. */
    readonly rejected: number;
  }[];
}

/** @returns undefined where the table does not say when, or who wrote a row. Reads all orders. */
export async function readStockTimeline(
  database: Queryable,
  { sources, mapped }: AuditedSchema,
  product: { readonly productId: string; readonly before: number },
  since: RowsBefore | undefined,
): Promise<StockTimeline | undefined> {
  if (!sources || mapped !== undefined || since === undefined) return undefined;
  const { rows } = await database.query<{ at_ms: number; reserved: number; rejected: number }>(
    selectTimeline,
    [product.productId, since.nextTransaction, pointsMax],
  );
  const first = rows[0]?.at_ms ?? 0;
  let available = product.before;
  let rejected = 0;
  const points = rows.map((row) => {
    available -= Number(row.reserved);
    rejected += Number(row.rejected);
    return { atMs: Number(row.at_ms) - Number(first), available, rejected };
  });
  return { ...product, points };
}
