import { Failure } from "../../failure/failure.ts";
import type { Distribution } from "./distribution.ts";

/** Beyond it all but every draw is the first value. */
const exponentMax = 10;

/**
 * `VALUES`, `VALUES:uniform`, `VALUES:zipf=1.1` or `VALUES:hot=1%/50%` (the first hundredth of the
 * values gets half of the draws): the one grammar of everything that is drawn.
 * @returns the values as they were written, and the distribution where one was.
 * @throws Failure("usage") that names the flag.
 */
export function splitDistribution(
  text: string,
  flag: string,
): { readonly values: string; readonly distribution: Distribution | undefined } {
  const [, values = "", word = "", rest] =
    /^(.*):(uniform|zipf|hot)(?:=(.*))?$/s.exec(text.trim()) ?? [];
  if (word === "") return { values: text.trim(), distribution: undefined };
  if (word === "uniform" && rest === undefined)
    return { values, distribution: { kind: "uniform" } };
  const exponent = /^\d+(\.\d+)?$/.test(rest ?? "") ? Number(rest) : Number.NaN;
  if (word === "zipf" && exponent > 0 && exponent <= exponentMax)
    return { values, distribution: { kind: "zipf", exponent } };
  const [, share, draws] = /^(\d+(?:\.\d+)?)%\/(\d+(?:\.\d+)?)%$/.exec(rest ?? "") ?? [];
  if (word === "hot" && isShare(share) && isShare(draws))
    return {
      values,
      distribution: { kind: "hot", values: Number(share) / 100, draws: Number(draws) / 100 },
    };
  throw new Failure("usage", {
    what: `${flag} "${text}" ends in no distribution`,
    meaning:
      "zipf takes an exponent up to 10; hot, which share of the values gets which share of the draws",
    remedy: `write e.g. ${flag} ${values}:zipf=1.1, ${values}:hot=1%/50%, or nothing for uniform`,
  });
}

function isShare(percent: string | undefined): boolean {
  return percent !== undefined && Number(percent) > 0 && Number(percent) < 100;
}
