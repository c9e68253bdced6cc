import type { Evidence } from "../database-evidence.ts";
import { type Finding, failed, passed, unknown } from "../finding.ts";

export interface LimitedStock {
  readonly productId: string;
  /** Pieces that were available when the race began. */
  readonly stock: number;
  /** Pieces in each order of the race. */
  readonly quantity: number;
  /** Orders that certainly reached the system. */
  readonly accepted: number;
}

const check = "sold-exactly";

/**
 * With less stock than was ordered, all of it is sold and not a piece more. Counted in the order
 * rows, not in the inventory's own figures: those stay in order when an update is lost.
 */
export function soldExactly(evidence: Evidence, limited: LimitedStock): Finding {
  const { productId, stock, quantity, accepted } = limited;
  const wanted = Math.min(Math.floor(stock / quantity), accepted) * quantity;
  const expected = `${wanted} of ${stock} pieces sold`;
  const now = evidence.products.find((product) => product.productId === productId);
  const before = evidence.baseline?.products.find((product) => product.productId === productId);
  if (now === undefined || before === undefined) {
    return unknown(check, { expected, found: "not read", detail: `${productId} is not stocked` });
  }
  const sold = now.reservedByOrders - before.reservedByOrders;
  const found = `${sold} sold`;
  if (sold > stock) {
    return failed(check, {
      expected,
      found,
      detail: `oversold: orders reserve ${sold} pieces of ${productId}, ${stock} were available`,
    });
  }
  if (sold >= wanted) return passed(check, { expected, found });
  if (!evidence.drained) {
    return unknown(check, {
      expected,
      found,
      detail: `only ${sold} of ${wanted} pieces were sold when the wait ended`,
    });
  }
  return failed(check, {
    expected,
    found,
    detail: `undersold: ${accepted} orders wanted ${accepted * quantity} of ${stock} pieces of ${productId}, ${sold} were sold`,
  });
}
