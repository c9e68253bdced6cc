/** A `step` is short and finds where the limit is; a `hold` is long, and its rate is what counts. */
export type TryKind = "step" | "hold";

export interface Try {
  readonly kind: TryKind;
  /** Orders per second, of three significant digits. */
  readonly ratePerSecond: number;
}

export interface TriedRate extends Try {
  readonly held: boolean;
}

export interface SearchBounds {
  /** Where it begins; below it nothing is tried. */
  readonly fromPerSecond: number;
  readonly maxPerSecond: number;
}

/** `none`: not even the first rate held. `unconfirmed`: rates held for a step, and none for a hold. */
export type FoundRate =
  | { readonly end: "found"; readonly ratePerSecond: number }
  | { readonly end: "none" }
  | { readonly end: "unconfirmed" };

export const searchLimits = {
  /** Between the rate that holds and the lowest that does not, as a share of the latter. */
  tolerance: 0.05,
  /** 21 doublings lead from the lowest rate to the highest, and 5 halvings to the tolerance. */
  stepsMax: 40,
  holdsMax: 6,
  /** So often a rate must fail before the search ends below it: one stall of the machine is no limit. */
  failuresToBelieve: 2,
} as const;

/**
 * Pure: what to try after all that was tried, or what it comes to. Doubles until a rate fails, then
 * halves the interval. Where it has closed in on a rate that failed once, that is tried again, and if
 * it holds now, the search goes on above it: a passing trouble, or the after-effects of an overload,
 * cost time and not the result. Then the best rate is held; if that fails, lower ones are.
 * @param tried in the order of their time.
 */
export function findRate(tried: readonly TriedRate[], bounds: SearchBounds): Try | FoundRate {
  const holds = tried.filter(({ kind }) => kind === "hold");
  if (holds.length > 0) return afterHolds(holds, bounds);
  const { fromPerSecond, maxPerSecond } = bounds;
  const { held, failed } = interval(tried);
  const step = (ratePerSecond: number): Try => ({ kind: "step", ratePerSecond });
  const spent = tried.length >= searchLimits.stepsMax;
  if (held === undefined) {
    if (failed !== undefined && (spent || believed(tried, failed))) return { end: "none" };
    return step(fromPerSecond);
  }
  const hold: Try = { kind: "hold", ratePerSecond: held };
  if (spent) return hold;
  if (failed === undefined)
    return held >= maxPerSecond ? hold : step(Math.min(rounded(held * 2), maxPerSecond));
  if (!closed(held, failed)) return step(rounded((held + failed) / 2));
  return believed(tried, failed) ? hold : step(failed);
}

/**
 * @returns the highest rate that held, and the lowest above it that failed and never held;
 * undefined where there is none.
 */
export function interval(tried: readonly TriedRate[]): {
  readonly held: number | undefined;
  readonly failed: number | undefined;
} {
  const rates = (held: boolean) =>
    tried.filter((each) => each.held === held).map(({ ratePerSecond }) => ratePerSecond);
  const highest = Math.max(...rates(true));
  const lowest = Math.min(...rates(false).filter((rate) => rate > highest));
  return {
    held: highest === Number.NEGATIVE_INFINITY ? undefined : highest,
    failed: lowest === Number.POSITIVE_INFINITY ? undefined : lowest,
  };
}

/** What is long tells what a step could not: from the first hold on, holds alone count. */
function afterHolds(holds: readonly TriedRate[], { fromPerSecond }: SearchBounds): Try | FoundRate {
  const { held, failed } = interval(holds);
  const spent = holds.length >= searchLimits.holdsMax;
  const hold = (ratePerSecond: number): Try => ({ kind: "hold", ratePerSecond });
  if (held !== undefined) {
    if (spent || failed === undefined || closed(held, failed))
      return { end: "found", ratePerSecond: held };
    return hold(rounded((held + failed) / 2));
  }
  if (spent || failed === undefined || failed <= fromPerSecond) return { end: "unconfirmed" };
  // Down by one tolerance, by two, by four: near where it is near, and soon there where it is far.
  const down = searchLimits.tolerance * 0.9 * 2 ** (holds.length - 1);
  return hold(Math.max(fromPerSecond, rounded(failed * (1 - down))));
}

function believed(tried: readonly TriedRate[], rate: number): boolean {
  const failures = tried.filter((each) => !each.held && each.ratePerSecond === rate);
  return failures.length >= searchLimits.failuresToBelieve;
}

function closed(held: number, failed: number): boolean {
  return (failed - held) / failed <= searchLimits.tolerance;
}

/** Finer than the tolerance, and a rate that a person would type. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}
