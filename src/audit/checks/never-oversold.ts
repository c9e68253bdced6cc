import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";
import { booksOf, breaches } from "../stock-law.ts";
import { reservedBeforeRun } from "./products.ts";

const check = "never-oversold";

/**
 * Per product: Σ quantity of the reserved order rows ≤ total. It looks past the inventory's own
 * figures: a lost update keeps those in order while more is promised than exists.
 */
export const neverOversold = runCheck({
  name: check,
  look: "products",
  explanation: "No more pieces of a product are reserved by orders than there are in all.",
  needs: ["products", "present", "baseline"],
  judge({ products, present, baseline }) {
    const promised = products.filter(
      (product) => product.reservedByOrders > 0 || product.stock !== undefined,
    );
    const judged = promised.map((product) => {
      const { productId, stock } = product;
      const before = reservedBeforeRun(productId, baseline, present.stockMovements);
      const books = booksOf(product, before);
      const total = stock === undefined ? 0 : stock.total;
      return { productId, books, reserved: books.promised, total };
    });
    const wrong = judged.filter(({ books }) => breaches(books).has("oversold"));
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
