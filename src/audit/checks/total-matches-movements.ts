import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";
import { booksOf, breaches } from "../stock-law.ts";
import { productCell } from "./products.ts";

const check = "total-matches-movements";

/** Per product: total = Σ stock_movements.delta_total. A stock changed by hand shows here. */
export const totalMatchesMovements = runCheck({
  name: check,
  look: "products",
  explanation: "The total of every product is what its recorded movements add up to.",
  needs: ["products", "present"],
  judge({ products, present }) {
    const stocked = products.filter((product) => product.stock?.total !== undefined);
    if (!present.stockMovements || stocked.length === 0) {
      return unknown(check, {
        expected: "total = Σ movements",
        found: present.stockMovements ? "no total" : "no table",
        detail: present.stockMovements
          ? "inventory shows no total_quantity"
          : "there is no stock_movements table",
        required: false,
      });
    }
    const wrong = stocked.filter((product) => breaches(booksOf(product)).has("total-differs"));
    const text = {
      expected: productCell(stocked, (product) => product.movedTotal),
      found: productCell(stocked, (product) => product.stock?.total),
    };
    if (wrong.length === 0) return passed(check, text);
    const examples = wrong.map(
      ({ productId, stock, movedTotal }) =>
        `${productId} (total ${stock?.total}, movements ${movedTotal})`,
    );
    return failed(check, {
      ...text,
      detail: `the stock was changed without a movement in ${wrong.length} of ${stocked.length} products: ${examples[0]}`,
      examples,
    });
  },
});
