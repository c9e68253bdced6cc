import type { Evidence, EvidencePresent } from "./database-evidence.ts";
import type { LostOrders } from "./settle/lost-by.ts";

/** What a check of single orders may know besides the orders. */
export interface OrderEvidence {
  readonly present: EvidencePresent;
  /** Known products, with what is available of them. */
  readonly available: ReadonlyMap<string, number>;
  /** True when the group had decided all it was given: what is missing then stays missing. */
  readonly drained: boolean;
  /** Which orders without an outcome are lost, and how that is known; undefined: as `drained` says. */
  readonly lost: LostOrders | undefined;
  /** True when it is known that no stock arrived or was given back while the orders were decided. */
  readonly stockOnlyShrank: boolean;
}

export function orderEvidence(evidence: Evidence): OrderEvidence {
  return {
    present: evidence.present,
    available: new Map(
      evidence.products.flatMap(({ productId, stock }) =>
        stock === undefined ? [] : [[productId, stock.available] as const],
      ),
    ),
    drained: evidence.drained,
    lost: evidence.lost,
    stockOnlyShrank: stockOnlyShrank(evidence),
  };
}

/** Totals are what they were, and nothing was given back: stock went to orders and nowhere else. */
function stockOnlyShrank({ products, baseline }: Evidence): boolean {
  if (baseline === undefined) return false;
  const before = new Map(baseline.products.map((product) => [product.productId, product]));
  return products.every(({ productId, stock, releasedByOrders = 0 }) => {
    const then = before.get(productId);
    if (releasedByOrders !== (then?.releasedByOrders ?? 0)) return false;
    const total = then?.stock?.total;
    return stock === undefined || (total !== undefined && stock.total === total);
  });
}
