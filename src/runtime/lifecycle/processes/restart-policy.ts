export const restartPolicy = {
  firstDelayMs: 500,
  maxDelayMs: 10_000,
  /** Deaths within the window after which a child is left down. */
  deathsMax: 5,
  windowMs: 60_000,
} as const;

export type RestartDecision =
  | { readonly action: "restart"; readonly delayMs: number }
  | { readonly action: "give-up"; readonly deaths: number };

/**
 * Pure: what to do after a death. Only deaths within the window count, so a child that dies once an
 * hour is restarted at once, for ever, and one that cannot start is left down within seconds.
 * @param deathsAtMs when it died, the latest death included; on the clock of nowMs, which nobody sets.
 */
export function decideRestart(
  deathsAtMs: readonly number[],
  nowMs: number,
  policy = restartPolicy,
): RestartDecision {
  const deaths = recentDeaths(deathsAtMs, nowMs, policy).length;
  if (deaths >= policy.deathsMax) return { action: "give-up", deaths };
  const delayMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.max(0, deaths - 1));
  return { action: "restart", delayMs };
}

export function recentDeaths(
  deathsAtMs: readonly number[],
  nowMs: number,
  policy = restartPolicy,
): readonly number[] {
  return deathsAtMs.filter((at) => nowMs - at < policy.windowMs);
}
