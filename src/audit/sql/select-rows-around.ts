import type { Queryable, Statement } from "../../ports/database.ts";

/*
 * Rows whose transaction a snapshot did not see yet. The 32 bits of xmin are made the 64 of a
 * transaction's id again by the newest id, which is less than 2^32 ahead of any that is not frozen.
 * (A row that was frozen longer ago than that can be listed in vain; nothing is judged by this list.)
 * The first comparison is only cheap; the second is exact, for transactions at work then, too.
 */
const select = (stretch: string): Statement => ({
  text: `
    WITH written AS (
      SELECT o.order_id::text AS order_id, o.product_id, o.quantity::bigint AS quantity, o.status,
             s.newest - mod(s.newest + 4294967296 - o.xmin::text::bigint, 4294967296) AS transaction
      FROM orders o, (SELECT txid_snapshot_xmax(txid_current_snapshot()) AS newest) s
      WHERE o.product_id = ANY($2::text[]) AND ${stretch}
        AND age(o.xmin) <= age((txid_snapshot_xmin($1::txid_snapshot) % 4294967296)::text::xid)
    ), unseen AS (
      SELECT w.*, sum(w.quantity) FILTER (WHERE w.status = 'reserved')
                    OVER (PARTITION BY w.transaction, w.product_id)::bigint AS pieces
      FROM written w
      WHERE NOT txid_visible_in_snapshot(w.transaction, $1::txid_snapshot)
    )
    SELECT u.order_id, u.product_id, u.quantity, u.status, u.transaction,
           coalesce(u.pieces, 0) AS pieces,
           count(*) OVER () AS rows,
           coalesce(d.pieces = CASE WHEN d.pieces > 0 THEN coalesce(u.pieces, 0) ELSE -u.quantity END
                    AND (d.pieces > 0) = (u.status = 'reserved'), false) AS fits
    FROM unseen u
    LEFT JOIN unnest($2::text[], $3::bigint[]) AS d (product_id, pieces) USING (product_id)
    ORDER BY fits DESC, u.transaction DESC, u.order_id
    LIMIT $4`,
});

const selectAll = select("true");
const selectFrom = select("o.ctid >= $5::tid");

export interface RowAround {
  readonly orderId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly status: string;
  /** Its id, 64 bits. */
  readonly transaction: number;
  /** It alone makes the difference: what its transaction wrote is what is too much, or missing. */
  readonly fits: boolean;
}

export interface AroundQuestion {
  /** As the server writes it: rows that it did not see are meant. */
  readonly snapshot: string;
  readonly productIds: readonly string[];
  /** By product: pieces in orders beyond those that the stock says are reserved. */
  readonly differences: readonly number[];
  /** Only rows in blocks from this one on; undefined: reads every row. */
  readonly fromBlock: number | undefined;
  readonly limit: number;
}

/** @returns the rows that make the difference first, then the newest; and how many there are. */
export async function rowsAround(
  tx: Queryable,
  { snapshot, productIds, differences, fromBlock, limit }: AroundQuestion,
): Promise<{ readonly rows: readonly RowAround[]; readonly count: number }> {
  const values = [snapshot, productIds, differences, limit];
  const { rows } = await tx.query<{
    order_id: string;
    product_id: string;
    quantity: number;
    status: string;
    transaction: number;
    rows: number;
    fits: boolean;
  }>(
    fromBlock === undefined ? selectAll : selectFrom,
    fromBlock === undefined ? values : [...values, `(${fromBlock},0)`],
  );
  return {
    count: rows[0]?.rows ?? 0,
    rows: rows.map(({ order_id, product_id, quantity, status, transaction, fits }) => ({
      orderId: order_id,
      productId: product_id,
      quantity,
      status,
      transaction,
      fits,
    })),
  };
}
