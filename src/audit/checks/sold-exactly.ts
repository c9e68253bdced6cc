import { runCheck } from "../check.ts";
import type { Baseline, ProductEvidence } from "../database-evidence.ts";
import { type Finding, failed, passed, unknown } from "../finding.ts";
import type { LimitedStock } from "../race-evidence.ts";

const check = "sold-exactly";

interface Sale {
  readonly status: Finding["status"];
  readonly expected: string;
  readonly found: string;
  readonly detail?: string;
}

/**
 * With less stock than was ordered, all of it is sold and not a piece more. Counted in the order
 * rows, not in the inventory's own figures: those stay in order when an update is lost.
 */
export const soldExactly = runCheck({
  name: check,
  explanation: "Of a stock that was set for the run, as much is sold as was wanted, and no more.",
  needs: ["limited", "products", "baseline", "drained"],
  judge({ limited, products, baseline, drained }) {
    const sales = limited.map((each) => saleOf(each, products, baseline, drained));
    const worst =
      sales.find(({ status }) => status === "fail") ??
      sales.find(({ status }) => status === "unknown");
    const text = {
      expected: sales.map(({ expected }) => expected).join(", "),
      found: sales.map(({ found }) => found).join(", "),
    };
    if (worst === undefined) return passed(check, text);
    const detail = sales.flatMap((sale) => (sale.status === worst.status ? [sale.detail] : []));
    const say = worst.status === "fail" ? failed : unknown;
    return say(check, { ...text, detail: detail.join("; ") });
  },
});

function saleOf(
  { productId, stock, quantity, accepted }: LimitedStock,
  products: readonly ProductEvidence[],
  baseline: Baseline | undefined,
  drained: boolean,
): Sale {
  const wanted = Math.min(Math.floor(stock / quantity), accepted) * quantity;
  const expected = `${wanted} of ${stock} pieces sold`;
  const now = products.find((product) => product.productId === productId);
  const before = baseline?.products.find((product) => product.productId === productId);
  if (now === undefined || before === undefined) {
    return {
      ...{ status: "unknown", expected, found: "not read" },
      detail: `${productId} is not stocked`,
    };
  }
  const sold = now.reservedByOrders - before.reservedByOrders;
  const found = `${sold} sold`;
  if (sold > stock) {
    const detail = `oversold: orders reserve ${sold} pieces of ${productId}, ${stock} were available`;
    return { status: "fail", expected, found, detail };
  }
  if (sold >= wanted) return { status: "pass", expected, found };
  if (!drained) {
    const detail = `only ${sold} of ${wanted} pieces were sold when the wait ended`;
    return { status: "unknown", expected, found, detail };
  }
  const detail = `undersold: ${accepted} orders wanted ${accepted * quantity} of ${stock} pieces of ${productId}, ${sold} were sold`;
  return { status: "fail", expected, found, detail };
}
