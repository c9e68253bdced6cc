import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";
import { reservedBeforeRun } from "./products.ts";

const check = "never-oversold";

/**
 * Per product: Σ quantity of the reserved order rows ≤ total. It looks past the inventory's own
 * figures: a lost update keeps those in order while more is promised than exists.
 */
export const neverOversold = runCheck({
  name: check,
  explanation: "No more pieces of a product are reserved by orders than there are in all.",
  needs: ["products", "present", "baseline"],
  judge({ products, present, baseline }) {
    const promised = products.filter(
      (product) => product.reservedByOrders > 0 || product.stock !== undefined,
    );
    const judged = promised.map((product) => ({
      productId: product.productId,
      reserved:
        product.reservedByOrders +
        reservedBeforeRun(product.productId, baseline, present.stockMovements),
      // What is reserved of a product that is not stocked is oversold from the first piece.
      total: product.stock === undefined ? 0 : product.stock.total,
    }));
    const wrong = judged.filter(({ reserved, total }) => total !== undefined && reserved > total);
    const total = judged.reduce((sum, product) => sum + (product.total ?? 0), 0);
    const reserved = judged.reduce((sum, product) => sum + product.reserved, 0);
    const text = { expected: `at most ${total} reserved`, found: `${reserved} reserved` };
    if (wrong.length > 0) {
      const examples = wrong.map(
        (p) => `${p.productId} (reserved ${p.reserved}, total ${p.total})`,
      );
      return failed(check, {
        ...text,
        detail: `oversold: orders reserve more than there is in ${wrong.length} of ${judged.length} products: ${examples[0]}`,
        examples,
      });
    }
    if (judged.length === 0 || judged.some((product) => product.total === undefined)) {
      return unknown(check, {
        ...text,
        detail:
          judged.length === 0 ? "inventory is empty" : "inventory has no column total_quantity",
      });
    }
    return passed(check, text);
  },
});
