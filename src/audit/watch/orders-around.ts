import type { Queryable } from "../../ports/database.ts";
import type { ProductEvidence } from "../database-evidence.ts";
import { type RowAround, rowsAround } from "../sql/select-rows-around.ts";

/** Order rows that were written between a good snapshot and the bad one. */
export interface OrdersAround {
  /** When the good one was, by the server's clock. */
  readonly sinceMs: number;
  /** The broken products as they were then. */
  readonly before: readonly ProductEvidence[];
  readonly rows: readonly RowAround[];
  /** Of all such rows; more than are listed. */
  readonly count: number;
}

/** More than anybody reads. */
const listedMax = 50;

export interface Around {
  readonly since: {
    readonly moment: { readonly snapshot: string; readonly atMs: number };
    readonly products: readonly ProductEvidence[];
  };
  readonly broken: readonly ProductEvidence[];
  readonly fromBlock: number | undefined;
}

/** In the bad snapshot. Rows that were deleted since are in no list: nobody has them any more. */
export async function ordersAround(
  tx: Queryable,
  { since, broken, fromBlock }: Around,
): Promise<OrdersAround> {
  const found = await rowsAround(tx, {
    snapshot: since.moment.snapshot,
    productIds: broken.map(({ productId }) => productId),
    differences: broken.map(
      ({ stock, reservedByOrders }) => reservedByOrders - (stock?.reserved ?? 0),
    ),
    fromBlock,
    limit: listedMax,
  });
  const ids = new Set(broken.map(({ productId }) => productId));
  return {
    sinceMs: since.moment.atMs,
    before: since.products.filter(({ productId }) => ids.has(productId)),
    ...found,
  };
}
