/**
 * Amounts are JSON numbers with at most two decimals. All arithmetic on them happens in whole
 * cents, where doubles are exact up to 2^53.
 */

/** @returns whole cents, or undefined when the amount has more than two decimals or is not finite. */
export function toCents(amount: number): number | undefined {
  const cents = Math.round(amount * 100);
  return Number.isSafeInteger(cents) && cents / 100 === amount ? cents : undefined;
}

/** @returns quantity × price, exact where the price has at most two decimals. */
export function lineAmount(quantity: number, price: number): number {
  const cents = toCents(price);
  const product = cents === undefined ? Number.NaN : cents * quantity;
  return Number.isSafeInteger(product) ? product / 100 : quantity * price;
}
