import type { Queryable } from "../../ports/database.ts";

/** How far the database's clock is ahead of this machine's, in milliseconds. */
export interface ClockOffset {
  readonly offsetMs: number;
  /** The true offset lies within this of it: half of the fastest round trip. */
  readonly uncertaintyMs: number;
}

/** One question for the time: when it was asked, the answer, and when that came. */
export interface ClockReading {
  readonly askedMs: number;
  readonly saidMs: number;
  readonly answeredMs: number;
}

const select = { text: "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms" };
const questions = 15;

/**
 * Pure. The answer lies between question and answer; the fastest round trip leaves the least room.
 * @param readings at least one.
 */
export function clockOffset(readings: readonly ClockReading[]): ClockOffset {
  const [first, ...rest] = readings;
  if (first === undefined) throw new Error("a clock's offset needs a reading");
  const roundTrip = ({ askedMs, answeredMs }: ClockReading) => answeredMs - askedMs;
  const best = rest.reduce((a, b) => (roundTrip(b) < roundTrip(a) ? b : a), first);
  return {
    offsetMs: best.saidMs - (best.askedMs + best.answeredMs) / 2,
    uncertaintyMs: roundTrip(best) / 2,
  };
}

/** @param now this machine's clock, milliseconds since the epoch with fractions. */
export async function measureClockOffset(
  database: Queryable,
  now: () => number,
): Promise<ClockOffset> {
  const readings: ClockReading[] = [];
  for (let n = 0; n < questions; n++) {
    const askedMs = now();
    const { rows } = await database.query<{ ms: number }>(select);
    readings.push({ askedMs, saidMs: rows[0]?.ms ?? Number.NaN, answeredMs: now() });
  }
  return clockOffset(readings);
}
