import { runCheck } from "../check.ts";
import type { ProductEvidence } from "../database-evidence.ts";
import { counted, failed, passed, unknown } from "../finding.ts";

const check = "stock-moved-by-orders";

/**
 * Per product: what is available changed by what orders reserved and what was recorded, and by
 * nothing else. Where no movements are kept, the change of the total stands for them.
 * @param alone nobody but the run uses this stock: then a recorded movement is a stranger, too.
 */
export const stockMovedByOrders = runCheck({
  name: check,
  look: "products",
  explanation:
    "What is available of a product changed by orders and recorded movements, and by nothing else.",
  needs: ["products", "baseline", "alone"],
  judge({ products, baseline, alone }) {
    const before = new Map(baseline?.products.map((product) => [product.productId, product]));
    const judged = products.flatMap((product) => {
      const then = before.get(product.productId);
      if (product.stock === undefined || then?.stock === undefined) return [];
      const recorded =
        difference(product.movedAvailable, then.movedAvailable) ??
        difference(product.stock.total, then.stock.total);
      // Whatever has become of them since: an order took its pieces when it was decided.
      const sold = takenBy(product) - takenBy(then);
      const returned = (product.releasedByOrders ?? 0) - (then.releasedByOrders ?? 0);
      const moved = product.stock.available - then.stock.available;
      return [{ productId: product.productId, recorded, sold, returned, moved }];
    });
    const known = judged.filter(({ recorded }) => recorded !== undefined);
    if (known.length === 0) {
      return unknown(check, {
        expected: "stock moves with orders",
        found: baseline === undefined ? "no baseline" : "no records",
        detail:
          baseline === undefined
            ? "the stock was not noted before the run"
            : "neither movements nor totals are kept, so other changes of stock cannot be told",
        required: false,
      });
    }
    const sold = known.reduce((sum, product) => sum + product.sold, 0);
    const wrong = known.filter(
      (product) => product.moved !== (product.recorded ?? 0) - product.sold,
    );
    const moved = known.filter((product) => product.recorded !== product.returned);
    const text = { expected: `${sold} sold, no other change`, found: "no other change" };
    const named = moved.map(
      ({ productId, recorded, returned }) => `${productId} (${signed((recorded ?? 0) - returned)})`,
    );
    if (wrong.length > 0) {
      const examples = wrong.map(
        ({ productId, moved: by, recorded, sold: pieces }) =>
          `${productId} (available ${signed(by)}, orders ${signed(-pieces)}, recorded ${signed(recorded ?? 0)})`,
      );
      return failed(check, {
        ...text,
        found: `${counted(wrong.length, "product")} moved otherwise`,
        detail: `neither orders nor recorded movements explain what became available or went: ${examples[0]}`,
        examples,
      });
    }
    if (moved.length === 0) return passed(check, text);
    if (alone) {
      return failed(check, {
        ...text,
        found: `${counted(moved.length, "product")} moved otherwise`,
        detail: `the stock was changed during the run by something that is no order: ${named[0]}`,
        examples: named,
      });
    }
    return passed(check, {
      ...text,
      found: "recorded changes",
      detail: `besides the orders, recorded movements changed ${named.join(", ")}`,
    });
  },
});

function takenBy(product: ProductEvidence): number {
  const { reservedByOrders, releasedByOrders = 0, shippedByOrders = 0 } = product;
  return reservedByOrders + releasedByOrders + shippedByOrders;
}

function difference(now: number | undefined, then: number | undefined): number | undefined {
  return now === undefined || then === undefined ? undefined : now - then;
}

function signed(pieces: number): string {
  return pieces > 0 ? `+${pieces}` : String(pieces);
}
