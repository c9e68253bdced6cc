/**
 * When a load's orders are due. Open: it depends on an order's number and the clock alone, never on
 * what was sent or answered before. So there is no drift, and a late sender knows exactly how late
 * it is. Pure: the same schedule says the same whenever it is asked.
 */
export interface Schedule {
  /** At least one. All are due before `durationMs`, in the order of their numbers. */
  readonly orders: number;
  readonly durationMs: number;
  /** Orders that are due before 0, with the first numbers: in no figure of the run; `orders` counts them. */
  readonly warmUp?: { readonly orders: number; readonly durationMs: number };
  /** What people call it: orders per second, on average where the rate changes. */
  readonly ratePerSecond: number;
  /**
   * The average asked for between two moments of the schedule, to compare with what was reached in
   * that time; where they are the same, the rate at that moment.
   */
  ratePerSecondIn(fromMs: number, toMs: number): number;
  /** When order `n` (from 0) is due, in milliseconds since the start. Never falls with n. */
  intendedMs(n: number): number;
  /**
   * How many orders are due at `elapsedMs`: exactly the n with intendedMs(n) <= elapsedMs, and all
   * from `durationMs` on. Asked at every turn of the sender, some thousand times a second.
   */
  ordersDue(elapsedMs: number): number;
}

export const runDurationLimits = { minMs: 1, maxMs: 24 * 3_600_000 } as const;
