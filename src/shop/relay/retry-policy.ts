/** After so many refusals of one event it is parked: about two minutes. */
export const refusalsMax = 8;
const firstPauseMs = 500;
const longestPauseMs = 60_000;

/**
 * Pure: how long an event waits that Kafka refuses for what it is.
 * @param refusals of it so far, this one included. @param random from 0 to 1: jitter, so that what was
 * refused together does not come again together.
 * @returns undefined when it is given up.
 */
export function retryInMs(refusals: number, random: number): number | undefined {
  if (refusals >= refusalsMax) return undefined;
  const pauseMs = Math.min(firstPauseMs * 2 ** (refusals - 1), longestPauseMs);
  return pauseMs * (0.5 + random / 2);
}
