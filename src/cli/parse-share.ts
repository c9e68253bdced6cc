import { Failure } from "../failure/failure.ts";

/** @throws Failure("usage") for what is no share of a core from 0.001 to 64. */
export function parseShare(text: string, origin: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share >= 0.001 && share <= 64) return share;
  throw new Failure("usage", {
    what: `${origin} "${text}" is no share of a core from 0.001 to 64`,
    remedy: `write e.g. ${origin} 0.1 for a tenth of one`,
  });
}
