import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";

const check = "sold-exactly";

/**
 * With less stock than was ordered, all of it is sold and not a piece more. Counted in the order
 * rows, not in the inventory's own figures: those stay in order when an update is lost.
 */
export const soldExactly = runCheck({
  name: check,
  explanation: "Of a stock that was set for the run, as much is sold as was wanted, and no more.",
  needs: ["limited", "products", "baseline", "counts", "drained"],
  judge({ limited: { productId, stock, quantity }, products, baseline, counts, drained }) {
    const { accepted } = counts;
    const wanted = Math.min(Math.floor(stock / quantity), accepted) * quantity;
    const expected = `${wanted} of ${stock} pieces sold`;
    const now = products.find((product) => product.productId === productId);
    const before = baseline?.products.find((product) => product.productId === productId);
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
    if (!drained) {
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
  },
});
