import type { OrderLine } from "../order/order.ts";
import type { HistoryRun } from "./history.ts";
import {
  BadLine,
  changeIn,
  type Json,
  kindIn,
  linesIn,
  orderTextIn,
  stateIn,
  timeIn,
} from "./history-fields.ts";
import { historyFormat } from "./history-lines.ts";
import type { OrderState } from "./target.ts";
import type { OrderChange } from "./workload.ts";

/** The lines of history-lines.ts, read back. Times are microseconds since the run started. */
export interface Intent {
  readonly orderId: string;
  readonly customerId: string;
  readonly key: string;
  readonly lines: readonly OrderLine[];
  readonly dueUs: number;
  /** What was to be asked of it once it was accepted. */
  readonly change: OrderChange | undefined;
  readonly warmUp: boolean;
}

export interface Outcome {
  readonly state: OrderState;
  readonly kind: string;
  /** undefined: the intent's. */
  readonly orderId: string | undefined;
  readonly sentUs: number | undefined;
  /** undefined: no outcome was recorded. */
  readonly answeredUs: number | undefined;
  /** What was asked of the order then. */
  readonly change: OrderChange | undefined;
}

export interface ChangeOutcome {
  readonly name: OrderChange;
  readonly state: OrderState;
  readonly kind: string;
  readonly answeredUs: number;
}

/** @throws BadLine */
export function parseHeader(body: Json): HistoryRun {
  const { orders_history: format, run_id, seed } = body;
  if (format !== historyFormat) throw new BadLine(`it is of format ${format}, which is not known`);
  return {
    runId: kindIn(run_id),
    seed: kindIn(seed),
    startedAtMs: timeIn(body.started_at_ms, "started_at_ms"),
  };
}

/** @throws BadLine */
export function parseIntent(body: Json): Intent {
  const { key } = body;
  if (typeof key !== "string") throw new BadLine("key is not a text");
  return {
    orderId: orderTextIn(body.order_id, "order_id"),
    customerId: orderTextIn(body.customer_id, "customer_id"),
    key,
    lines: linesIn(body.lines),
    dueUs: timeIn(body.due_us, "due_us"),
    change: changeIn(body.change),
    warmUp: body.warm_up === true,
  };
}

/** @throws BadLine */
export function parseOutcome(body: Json): Outcome {
  const { order_id, sent_us } = body;
  return {
    state: stateIn(body.state, "state"),
    kind: kindIn(body.kind),
    orderId: order_id === undefined ? undefined : orderTextIn(order_id, "order_id"),
    sentUs: sent_us === undefined ? undefined : timeIn(sent_us, "sent_us"),
    answeredUs: timeIn(body.answered_us, "answered_us"),
    change: changeIn(body.change),
  };
}

/** @throws BadLine */
export function parseChange(body: Json): ChangeOutcome {
  const name = changeIn(body.change);
  if (name === undefined) throw new BadLine("change is unknown");
  return {
    name,
    state: stateIn(body.change_state, "change_state"),
    kind: kindIn(body.change_kind),
    answeredUs: timeIn(body.answered_us, "answered_us"),
  };
}
