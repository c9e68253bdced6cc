import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";
import { booksOf, breaches } from "../stock-law.ts";
import { productCell } from "./products.ts";

const check = "stock-adds-up";
const sum = ["does-not-add-up", "available-below-zero", "reserved-below-zero"] as const;

/** Per product: available + reserved = total, and nothing below zero. */
export const stockAddsUp = runCheck({
  name: check,
  look: "products",
  explanation:
    "Available and reserved pieces of every product make its total, and nothing is below zero.",
  needs: ["products"],
  judge({ products }) {
    const stocked = products.filter((product) => product.stock !== undefined);
    const readable = stocked.filter(
      ({ stock }) => stock?.reserved !== undefined && stock.total !== undefined,
    );
    const text = {
      expected: productCell(stocked, ({ stock }) => stock?.total),
      found: productCell(stocked, ({ stock }) => (stock?.available ?? 0) + (stock?.reserved ?? 0)),
    };
    if (stocked.length === 0 || readable.length < stocked.length) {
      return unknown(check, {
        ...text,
        detail:
          stocked.length === 0
            ? "inventory is empty"
            : "inventory has no columns reserved_quantity and total_quantity",
      });
    }
    const wrong = readable.filter((product) => {
      const found = breaches(booksOf(product));
      return sum.some((breach) => found.has(breach));
    });
    if (wrong.length === 0) return passed(check, text);
    const examples = wrong.map(
      ({ productId, stock }) =>
        `${productId} (${stock?.available} + ${stock?.reserved}, total ${stock?.total})`,
    );
    return failed(check, {
      ...text,
      detail: `available + reserved is not total in ${wrong.length} of ${readable.length} products: ${examples[0]}`,
      examples,
    });
  },
});
