import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";
import { booksOf, breaches } from "../stock-law.ts";
import { productCell, reservedBeforeRun } from "./products.ts";

const check = "reserved-matches-orders";

/**
 * Per product: reserved_quantity = Σ quantity of the reserved order rows. This is where an update
 * that was lost shows: two orders reserved, one counted.
 */
export const reservedMatchesOrders = runCheck({
  name: check,
  look: "products",
  explanation: "The reserved quantity of every product is what its reserved order lines add up to.",
  needs: ["products", "present", "baseline"],
  judge({ products, present, baseline }) {
    const stocked = products.filter((product) => product.stock !== undefined);
    if (stocked.length === 0) {
      return unknown(check, { expected: "products", found: "none", detail: "inventory is empty" });
    }
    if (stocked.some((product) => product.stock?.reserved === undefined)) {
      return unknown(check, {
        expected: productCell(products, (product) => product.reservedByOrders),
        found: "no column",
        detail: "inventory has no column reserved_quantity",
      });
    }
    const judged = stocked.map((product) => {
      const before = reservedBeforeRun(product.productId, baseline, present.stockMovements);
      const books = booksOf(product, before);
      const { productId, stock } = product;
      return { productId, before, books, expected: books.promised, found: stock?.reserved ?? 0 };
    });
    const wrong = judged.filter(({ books }) => breaches(books).has("reserved-differs"));
    const uneven = judged.filter((product) => product.before !== 0);
    const remark =
      uneven.length === 0
        ? undefined
        : `compared with the baseline: before the run reserved_quantity and the reserved orders already differed in ${uneven.map((p) => `${p.productId} by ${p.before}`).join(", ")}`;
    const text = {
      expected: sum(judged, "expected"),
      found: sum(judged, "found"),
      examples: wrong.map((p) => `${p.productId} (reserved ${p.found}, orders say ${p.expected})`),
    };
    if (wrong.length === 0) return passed(check, { ...text, detail: remark });
    const [first] = text.examples;
    return failed(check, {
      ...text,
      detail: [
        `reserved_quantity is not what the reserved orders add up to in ${wrong.length} of ${judged.length} products: ${first}`,
        ...(remark === undefined ? [] : [remark]),
      ].join("; "),
    });
  },
});

function sum(
  judged: readonly { readonly expected: number; readonly found: number }[],
  side: "expected" | "found",
): string {
  return `${judged.reduce((total, product) => total + product[side], 0)} in ${judged.length} product${judged.length === 1 ? "" : "s"}`;
}
