import { runCheck } from "../check.ts";
import { passed, unknown } from "../finding.ts";

const check = "stock-was-short";

/** A stock that was set below what is ordered is meant to run out: otherwise nothing could be oversold. */
export const stockWasShort = runCheck({
  name: check,
  explanation:
    "Where the stock was set below what was to be ordered, more was ordered than there was.",
  needs: ["limited"],
  judge({ limited }) {
    const short = limited.filter(
      ({ planned, quantity, stock }) => planned !== undefined && planned * quantity > stock,
    );
    const expected =
      short.length === 0
        ? "no shortage"
        : short.map(({ stock }) => `more than ${stock}`).join(", ");
    const found = limited.map(({ accepted, quantity }) => accepted * quantity);
    const text = { expected, found: `${found.join(", ")} pieces ordered` };
    const spared = short.filter(({ accepted, quantity, stock }) => accepted * quantity <= stock);
    if (spared.length === 0) return passed(check, text);
    return unknown(check, {
      ...text,
      detail: `the stock of ${spared.map(({ productId }) => productId).join(", ")} never ran short, as it was meant to: too few orders were accepted`,
    });
  },
});
