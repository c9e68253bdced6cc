import type { Queryable } from "../../../ports/database.ts";

export interface UntoldRelease {
  readonly order_id: string;
  readonly released_at: Date;
  /** Empty where somebody has emptied the orders since. */
  readonly products: readonly string[];
  readonly quantities: readonly number[];
}

const any = {
  name: "any_untold_releases",
  text: "SELECT EXISTS (SELECT FROM untold_releases) AS any",
};

// What another instance has in hand is its own.
const lock = {
  name: "lock_untold_releases",
  text: `
    WITH untold AS (
      SELECT order_id, released_at FROM untold_releases
      ORDER BY order_id LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    SELECT order_id, released_at,
           coalesce(array_agg(product_id ORDER BY line_no) FILTER (WHERE line_no IS NOT NULL), '{}') AS products,
           coalesce(array_agg(quantity ORDER BY line_no) FILTER (WHERE line_no IS NOT NULL), '{}') AS quantities
    FROM untold LEFT JOIN orders USING (order_id)
    GROUP BY order_id, released_at`,
};

const forget = {
  name: "forget_untold_releases",
  text: "DELETE FROM untold_releases WHERE order_id = ANY ($1::uuid[])",
};

export async function anyUntoldReleases(database: Queryable): Promise<boolean> {
  return (await database.query<{ any: boolean }>(any)).rows[0]?.any === true;
}

/** In a transaction: some that nobody else has in hand. */
export async function lockUntoldReleases(
  tx: Queryable,
  limit: number,
): Promise<readonly UntoldRelease[]> {
  return (await tx.query<UntoldRelease>(lock, [limit])).rows;
}

export async function forgetUntoldReleases(
  tx: Queryable,
  releases: readonly UntoldRelease[],
): Promise<void> {
  await tx.query(forget, [releases.map(({ order_id }) => order_id)]);
}
