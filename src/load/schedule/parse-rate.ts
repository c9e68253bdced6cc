import { Failure } from "../../failure/failure.ts";

/**
 * @param text `1000`, `0.5`, `1k` or `1000/s`.
 * @param origin the flag it came from, for the error.
 * @returns orders per second; its range is checked by the schedule.
 * @throws Failure("usage") when it is not a number.
 */
export function parseRate(text: string, origin = "--rate"): number {
  const match = /^(\d+(?:\.\d+)?)(k?)(?:\/s)?$/i.exec(text.trim());
  if (match !== null) return Number(match[1]) * (match[2] === "" ? 1 : 1_000);
  throw new Failure("usage", {
    what: `${origin} "${text}" is not a number of orders per second`,
    remedy: "write it plainly: --rate 1000, or --rate 0.5 for one order in two seconds",
  });
}
