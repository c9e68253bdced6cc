import type { Queryable, Statement } from "../../ports/database.ts";

/*
 * Sums of a whole table, or of the rows that lie in a stretch of its blocks (a TID range scan: no
 * other block is touched). The server reads alone, so that its time is of one core.
 */
const ordersColumns = `
  o.product_id, coalesce(sum(o.quantity) FILTER (WHERE o.status = 'reserved'), 0)::bigint AS pieces,
  count(*) AS rows`;
const movementsColumns = "m.product_id, sum(m.delta_total)::bigint AS pieces, count(*) AS rows";

const statements = {
  orders: {
    all: { text: `SELECT ${ordersColumns} FROM orders o GROUP BY 1` },
    stretch: {
      text: `SELECT ${ordersColumns} FROM orders o WHERE o.ctid >= $1::tid AND o.ctid < $2::tid GROUP BY 1`,
    },
  },
  stock_movements: {
    all: { text: `SELECT ${movementsColumns} FROM stock_movements m GROUP BY 1` },
    stretch: {
      text: `SELECT ${movementsColumns} FROM stock_movements m WHERE m.ctid >= $1::tid AND m.ctid < $2::tid GROUP BY 1`,
    },
  },
} as const satisfies Record<string, { readonly all: Statement; readonly stretch: Statement }>;

export type SummedTable = keyof typeof statements;

const oneCore: Statement = {
  text: "SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)",
};

/** Of one product. */
export interface BlockSum {
  /** In reserved order lines; of movements, what they changed the total by. */
  readonly pieces: number;
  readonly rows: number;
}
export type BlockSums = ReadonlyMap<string, BlockSum>;

/** For the rest of the transaction: the server sums with one process. */
export async function sumAlone(tx: Queryable): Promise<void> {
  await tx.query(oneCore);
}

/** Reads every row. */
export async function sumAll(tx: Queryable, table: SummedTable): Promise<BlockSums> {
  return toSums(await tx.query<Row>(statements[table].all));
}

/** @param to the block before which it ends; undefined: the table's last is the last. */
export async function sumStretch(
  tx: Queryable,
  table: SummedTable,
  from: number,
  to: number | undefined,
): Promise<BlockSums> {
  return toSums(
    await tx.query<Row>(statements[table].stretch, [`(${from},0)`, `(${to ?? lastBlock},0)`]),
  );
}

/** No heap is longer: the number after it means none. */
const lastBlock = 4_294_967_294;

interface Row extends BlockSum {
  readonly product_id: string;
}

function toSums({ rows }: { readonly rows: readonly Row[] }): BlockSums {
  return new Map(rows.map(({ product_id, pieces, rows }) => [product_id, { pieces, rows }]));
}
