/** How orders fall within a shape, measured in orders: where the n-th one comes, of so many. Pure. */
export interface Arrivals {
  /** From 0 to below the shape's total; never falls with n. */
  position(n: number): number;
  /** How many come at or before it. */
  countUntil(position: number): number;
}

/** At even distances, the first at once. */
export const evenArrivals: Arrivals = {
  position: (n) => n,
  countUntil: (position) => Math.floor(position) + 1,
};
