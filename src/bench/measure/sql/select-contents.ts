import type { Queryable, Statement } from "../../../ports/database.ts";

export interface ContentsRow {
  readonly orders: number;
  readonly lines: number;
  readonly reserved: number;
  readonly rejected: number;
  readonly dead_letters: number;
  /** Dead letters of the strategy nowait. */
  readonly given_up: number;
  /** A decimal number, as text: it is beyond 2^53. */
  readonly checksum: string;
}

const statement: Statement = {
  text: `SELECT count(*) FILTER (WHERE line_no = 1) AS orders, count(*) AS lines,
       count(*) FILTER (WHERE line_no = 1 AND status = 'reserved') AS reserved,
       count(*) FILTER (WHERE line_no = 1 AND status = 'rejected') AS rejected,
       (SELECT count(*) FROM dead_letters) AS dead_letters,
       (SELECT count(*) FROM dead_letters WHERE reason = 'stock_locked') AS given_up,
       coalesce(sum(('x' || substr(md5(order_id::text || ' ' || line_no || ' ' || customer_id || ' '
         || product_id || ' ' || quantity), 1, 15))::bit(60)::bigint), 0)::text AS checksum
FROM orders`,
};

/** Orders and lines that there are, with the hash of src/bench/figures/contents.ts. `reserved` and `rejected` count orders. */
export async function selectContents(database: Queryable): Promise<ContentsRow> {
  const [found] = (await database.query<ContentsRow>(statement)).rows;
  if (found === undefined) throw new Error("PostgreSQL counted nothing");
  return found;
}
