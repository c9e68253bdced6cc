import { runCheck } from "../check.ts";
import { passed, unknown } from "../finding.ts";

const check = "pieces-were-sold";

/** Orders that all meet an empty shelf change no stock: nothing could be lost or oversold. */
export const piecesWereSold = runCheck({
  name: check,
  explanation: "At least one order of the race was reserved.",
  needs: ["race", "counts"],
  judge({ race: { products }, counts: { reserved } }) {
    const expected = "1 order or more reserved";
    if (reserved > 0) return passed(check, { expected, found: `${reserved} reserved` });
    return unknown(check, {
      expected,
      found: "none",
      detail: `no order was reserved, so the stock of ${products.join(", ")} was never changed; give it some with --stock N`,
    });
  },
});
