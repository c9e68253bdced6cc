import { acceptedDecidedOnce } from "./checks/accepted-decided-once.ts";
import { contentsAsSent } from "./checks/contents-as-sent.ts";
import { failedLeftNothing } from "./checks/failed-left-nothing.ts";
import { orderLinesComplete } from "./checks/order-lines-complete.ts";
import { rejectionsJustified } from "./checks/rejections-justified.ts";
import { unknownDecidedAtMostOnce } from "./checks/unknown-decided-at-most-once.ts";
import type { Evidence } from "./database-evidence.ts";
import type { OrderCheckContext, StartOrderCheck } from "./order-check.ts";

/** The checks of single orders, in the order in which they are reported. */
export const orderChecks: readonly StartOrderCheck[] = [
  acceptedDecidedOnce,
  unknownDecidedAtMostOnce,
  failedLeftNothing,
  contentsAsSent,
  orderLinesComplete,
  rejectionsJustified,
];

export function orderCheckContext(evidence: Evidence): OrderCheckContext {
  return {
    present: evidence.present,
    available: new Map(
      evidence.products.flatMap(({ productId, stock }) =>
        stock === undefined ? [] : [[productId, stock.available] as const],
      ),
    ),
    drained: evidence.drained,
    stockOnlyShrank: stockOnlyShrank(evidence),
  };
}

/** Totals are what they were: no stock arrived or left during the run but by orders. */
function stockOnlyShrank({ products, baseline }: Evidence): boolean {
  if (baseline === undefined) return false;
  const before = new Map(
    baseline.products.map(({ productId, stock }) => [productId, stock?.total]),
  );
  return products.every(({ productId, stock }) => {
    const total = before.get(productId);
    return stock === undefined || (total !== undefined && stock.total === total);
  });
}
