import { setTimeout as wait } from "node:timers/promises";
import type { ReserveResult } from "../work.ts";

export interface Attempts {
  /** How often a transaction is begun at most, the first time included. */
  readonly max: number;
  /** True for what another attempt may well not meet again. */
  readonly passes: (error: unknown) => boolean;
}

/**
 * Begins a transaction again, with nothing of the last one held, when it met what passes.
 * @returns the result with the transactions begun again; undefined after the last attempt.
 */
export async function beginAgain(
  { max, passes }: Attempts,
  transaction: () => Promise<ReserveResult>,
): Promise<ReserveResult | undefined> {
  for (let retries = 0; retries < max; retries++) {
    try {
      return withRetries(await transaction(), retries);
    } catch (error) {
      if (!passes(error)) throw error;
      await wait(fullJitterMs(retries));
    }
  }
  return undefined;
}

export function withRetries(result: ReserveResult, retries: number): ReserveResult {
  return result.kind === "committed" && retries > 0 ? { ...result, retries } : result;
}

const firstCeilingMs = 4;
const ceilingMsMax = 256;

/** From nothing to the whole of a doubling ceiling: contenders spread out instead of meeting again. */
export function fullJitterMs(retries: number, random: () => number = Math.random): number {
  return random() * Math.min(ceilingMsMax, firstCeilingMs * 2 ** retries);
}
