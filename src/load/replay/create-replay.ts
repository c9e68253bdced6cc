import { createHash } from "node:crypto";
import { orderIdForKey } from "../../order/order-id.ts";
import type { Intent } from "../history-parse.ts";
import type { Replay } from "../load-request.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { type PlannedOrder, sumOfAmounts, type Workload, type WorkloadSpec } from "../workload.ts";
import { ReplayWindow } from "./replay-window.ts";
import { type Recording, unitPrice } from "./survey-recording.ts";

export interface ReplayRequest {
  /** Recorded time over the replay's: 2 is twice as fast. */
  readonly speed: number;
  readonly run: Pick<WorkloadSpec, "seed" | "runId">;
  /** Whether the recorded keys are sent again, so that no order is a new one. */
  readonly retry: boolean;
}

/**
 * The orders of a recording as a load of its own. As long as the reader is behind the clock, the
 * schedule says fewer orders due than there are, and says the rest when it has read them.
 */
export function createReplay(
  recording: Recording,
  request: ReplayRequest,
): { readonly schedule: Schedule; readonly replay: Replay } {
  const { path, run, orders } = recording;
  const { speed, retry } = request;
  const window = new ReplayWindow(path, orders, ({ dueUs }) => dueUs / 1_000 / speed);
  const about = {
    ...{ replay: path, speed, retry },
    ...{ recorded_run_id: run.runId, recorded_seed: run.seed },
  };
  return {
    schedule: replayedSchedule(recording, speed, window),
    replay: {
      workload: replayedWorkload(recording, request, window),
      about,
      open: () => window.open(),
      close: () => window.close(),
    },
  };
}

function replayedSchedule(
  { orders, warmUpOrders, warmUpMs, durationMs: recordedMs, timeline }: Recording,
  speed: number,
  window: ReplayWindow,
): Schedule {
  const durationMs = recordedMs / speed;
  return {
    ...{ orders, durationMs },
    ...(warmUpOrders > 0 && { warmUp: { orders: warmUpOrders, durationMs: warmUpMs / speed } }),
    ratePerSecond: ((orders - warmUpOrders) * 1_000) / durationMs,
    ratePerSecondIn(fromMs, toMs) {
      // A moment has a rate, too: that of the millisecond that begins with it.
      const untilMs = toMs > fromMs ? toMs : fromMs + 1;
      const until = (ms: number) => timeline.ordersUntil(ms * speed, recordedMs);
      return ((until(untilMs) - until(fromMs)) * 1_000) / (untilMs - fromMs);
    },
    intendedMs: (n) => window.dueMs(n),
    ordersDue: (elapsedMs) => window.countDue(elapsedMs),
  };
}

function replayedWorkload(
  recording: Recording,
  { run, retry }: ReplayRequest,
  window: ReplayWindow,
): Workload {
  // The same run id with another recording must not meet the first one's orders under its ids.
  const keyPrefix = `${run.runId}-${fingerprint(recording)}-`;
  return {
    spec: run,
    order(n) {
      const { intent } = window.order(n);
      if (retry) return replayedOrder(n, intent, intent.key, intent.orderId);
      const key = keyPrefix + n;
      return replayedOrder(n, intent, key, orderIdForKey(intent.customerId, key));
    },
  };
}

function replayedOrder(
  sequence: number,
  { customerId, lines, change }: Intent,
  key: string,
  orderId: string,
): PlannedOrder {
  const items = lines.map((line) => ({
    product_id: line.productId,
    quantity: line.quantity,
    price: unitPrice(line) ?? Number.NaN,
  }));
  return {
    ...{ sequence, orderId, customerId, key, lines, change },
    items: items.length > 1 ? items : undefined,
    amount: sumOfAmounts(lines),
  };
}

function fingerprint({ run }: Recording): string {
  return createHash("sha256").update(JSON.stringify(run)).digest("hex").slice(0, 8);
}
