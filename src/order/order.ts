/**
 * An order as it travels: what a customer asked for, in the order's own words.
 * Limits are those that the intake enforces; the reservation side accepts a little more (see
 * parse-order-message.ts), so that nothing the intake accepted can be poison later.
 */
export interface OrderLine {
  readonly productId: string;
  /** Pieces, an integer from 1. */
  readonly quantity: number;
  /** The line's share of the amount, in currency units (not cents). */
  readonly amount: number;
}

export interface Order {
  /** UUID in lower case. */
  readonly orderId: string;
  readonly customerId: string;
  /** 1 to 100 lines; line n of the array is line_no n + 1 in the database. */
  readonly lines: readonly OrderLine[];
  /** When the order was placed, milliseconds since the epoch. */
  readonly placedAtMs: number;
}

export const orderLimits = {
  textLengthMax: 255,
  quantityMin: 1,
  quantityMax: 1_000_000,
  linesMax: 100,
  /** numeric(14,2); far below 2^53 cents, so cents are exact in a double. */
  amountMax: 999_999_999_999.99,
  batchOrdersMax: 10_000,
  batchBytesMax: 8 * 1024 * 1024,
  idempotencyKeyLengthMax: 255,
} as const;

/** Text that PostgreSQL can store and JSON can carry: no NUL, no lone surrogate, 1 to 255 characters. */
export function isOrderText(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length > 0 &&
    value.length <= orderLimits.textLengthMax &&
    !value.includes("\u0000") &&
    value.isWellFormed()
  );
}

/** True when both orders ask for the same: a retry, not a conflict. When they were placed does not count. */
export function sameContent(a: Order, b: Order): boolean {
  return (
    a.customerId === b.customerId &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, index) => {
      const other = b.lines[index];
      return (
        other !== undefined &&
        line.productId === other.productId &&
        line.quantity === other.quantity &&
        line.amount === other.amount
      );
    })
  );
}
