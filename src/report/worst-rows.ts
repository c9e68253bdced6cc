/** Rows that a person is shown of a long table; --all shows the rest, and JSON has every one. */
const worstMax = 5;

export interface WorstRows<Row> {
  readonly rows: readonly Row[];
  /** Rows that are not shown. */
  readonly left: number;
  /** Of these, how many are bad, too. */
  readonly leftBad: number;
}

/**
 * Pure: the rows that need a look, worst first.
 * @param badness 0: nothing to see; NaN (not known) is worst.
 */
export function worstRows<Row>(all: readonly Row[], badness: (row: Row) => number): WorstRows<Row> {
  if (all.length <= worstMax) return { rows: all, left: 0, leftBad: 0 };
  const bad = all.map((row) => ({ row, rank: badness(row) })).filter(({ rank }) => rank !== 0);
  const worst = bad
    .map(({ row, rank }) => ({ row, rank: Number.isNaN(rank) ? Number.POSITIVE_INFINITY : rank }))
    // Not a - b: two infinities have no difference.
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank < b.rank ? 1 : -1))
    .slice(0, worstMax);
  return {
    rows: worst.map(({ row }) => row),
    left: all.length - worst.length,
    leftBad: bad.length - worst.length,
  };
}

/** In words what is not shown; empty when everything is. */
export function restText(
  { rows, left, leftBad }: WorstRows<unknown>,
  words: { readonly good: string; readonly bad: string },
): string {
  if (left === 0) return "";
  const noun = left === 1 ? "partition" : "partitions";
  if (rows.length === 0) return `${left} ${noun} ${words.good}; --all shows each`;
  const which =
    leftBad === 0 ? words.good : leftBad === left ? words.bad : `, ${leftBad} of them ${words.bad}`;
  return `… and ${left} more ${noun}${which.startsWith(",") ? "" : " "}${which}; --all shows each`;
}
