import type { RunDigest } from "./digest-run.ts";

/** Orders per second over a whole run; undefined: not known. */
export interface RateFigures {
  readonly target: number | undefined;
  readonly achieved: number | undefined;
  readonly acked: number | undefined;
}

/** Pure: as the run itself found them at its end; of one that did not end, from its whole seconds. */
export function ratesOf({ header, result, counts, seconds }: RunDigest): RateFigures {
  if (result !== undefined)
    return {
      target: result.target_rate_per_second,
      achieved: result.achieved_rate_per_second,
      acked: result.acked_rate_per_second,
    };
  const over = (orders: number) => (seconds === 0 ? undefined : orders / seconds);
  return {
    target: header?.schedule.rate_per_second,
    achieved: over(counts.sent),
    acked: over(counts.acked),
  };
}
