import type { Schedule } from "../../load/schedule/schedule.ts";
import { LatencyHistogram } from "../../report/latency-histogram.ts";
import { happened, type OrderTimes } from "./order-times.ts";

/** What was sent at a steady rate, and what the consumer told of it. */
export interface SteadyHistory {
  readonly schedule: Schedule;
  /** So many of its orders were due before it ended; the first ones. */
  readonly offered: number;
  readonly times: OrderTimes;
  /** When the schedule began, milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** The same moment by the clock of `times.committedAtMs`. */
  readonly startedAtClockMs: number;
  /** Orders due before this, from the start, are not counted. */
  readonly countedFromMs: number;
}

/** One measurement: the orders of a schedule that were due after its first moments. */
export interface SteadyWindow {
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly orders: number;
  /** Orders that left, over the time until the last of them did. */
  readonly achievedPerSecond: number;
  /** From the time at which the order was due. */
  readonly commitMs: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  readonly ackMs: { readonly p50: number; readonly p99: number };
  readonly sendLatenessMs: { readonly p99: number };
  /** Acknowledged by Kafka, and never told of by the consumer; of the whole schedule. */
  readonly lost: number;
  /** Why this was not the asked rate; empty when it was. */
  readonly shortfalls: readonly string[];
}

/** The last orders are on time when they leave within this after the end; timers are no finer. */
const endSlackMs = 10;
const achievedShareMin = 0.99;

/** Pure: what a steady load came to. Latency counts from when an order was due, whoever was late. */
export function steadyWindow(found: SteadyHistory): SteadyWindow {
  const { schedule, offered, times, startedAtMs, startedAtClockMs, countedFromMs } = found;
  const [commit, ack, lateness] = [
    new LatencyHistogram(),
    new LatencyHistogram(),
    new LatencyHistogram(),
  ];
  let [orders, sent, acked, lost, lastSentMs] = [0, 0, 0, 0, 0];
  for (let n = 0; n < offered; n++) {
    const dueMs = schedule.intendedMs(n);
    const sentAtMs = times.sentAtMs[n];
    const ackedAtMs = times.ackedAtMs[n];
    const committedAtMs = times.committedAtMs[n];
    if (happened(ackedAtMs) && !happened(committedAtMs)) lost++;
    // What a schedule divides, it rounds.
    if (dueMs < countedFromMs - 0.001) continue;
    orders++;
    if (happened(sentAtMs)) {
      sent++;
      lastSentMs = Math.max(lastSentMs, sentAtMs - startedAtMs);
      lateness.record(sentAtMs - startedAtMs - dueMs);
    }
    if (happened(ackedAtMs)) {
      acked++;
      ack.record(ackedAtMs - startedAtMs - dueMs);
    }
    if (happened(committedAtMs)) commit.record(committedAtMs - startedAtClockMs - dueMs);
  }
  const durationMs = schedule.durationMs - countedFromMs;
  const sendingMs = Math.max(durationMs, lastSentMs - countedFromMs - endSlackMs);
  const window: SteadyWindow = {
    ratePerSecond: schedule.ratePerSecond,
    seconds: durationMs / 1_000,
    orders,
    achievedPerSecond: (sent * 1_000) / sendingMs,
    commitMs: {
      p50: msAt(commit, 50),
      p95: msAt(commit, 95),
      p99: msAt(commit, 99),
      max: msAt(commit, 100),
    },
    ackMs: { p50: msAt(ack, 50), p99: msAt(ack, 99) },
    sendLatenessMs: { p99: msAt(lateness, 99) },
    lost,
    shortfalls: [],
  };
  for (const each of [commit, ack, lateness]) each.release();
  return { ...window, shortfalls: shortfallsOf(window, offered, acked, schedule) };
}

/** 0 where nothing was recorded. */
function msAt(histogram: LatencyHistogram, percent: number): number {
  // The end of a bucket, which may lie above the highest that was recorded.
  return Math.min(histogram.percentileMs(percent) ?? 0, histogram.percentileMs(100) ?? 0);
}

function shortfallsOf(
  { orders, achievedPerSecond, ratePerSecond }: SteadyWindow,
  offered: number,
  acked: number,
  schedule: Schedule,
): readonly string[] {
  const found: string[] = [];
  if (offered < schedule.orders)
    found.push(`${offered} of ${schedule.orders} orders were due before the load ended`);
  if (orders === 0) found.push("no order was due in the time that counts");
  if (acked < orders) found.push(`Kafka acknowledged ${acked} of ${orders} orders`);
  if (achievedPerSecond < achievedShareMin * ratePerSecond)
    found.push(`${achievedPerSecond.toFixed(1)} of ${ratePerSecond} orders/s left`);
  return found;
}
