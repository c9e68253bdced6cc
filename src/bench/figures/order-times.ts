/**
 * When what happened to each order of a schedule, by its place in that: 24 bytes an order. NaN where
 * it did not happen.
 */
export interface OrderTimes {
  /** When its bytes left, milliseconds since the epoch. */
  readonly sentAtMs: Float64Array;
  /** When Kafka had acknowledged it, milliseconds since the epoch. */
  readonly ackedAtMs: Float64Array;
  /** When the consumer saw its transaction committed, by machineClockMs. */
  readonly committedAtMs: Float64Array;
}

export function noOrderTimes(orders: number): OrderTimes {
  const never = () => new Float64Array(orders).fill(Number.NaN);
  return { sentAtMs: never(), ackedAtMs: never(), committedAtMs: never() };
}

/** @param atMs one of these; undefined beyond the last order. */
export function happened(atMs: number | undefined): atMs is number {
  return atMs !== undefined && !Number.isNaN(atMs);
}
