import type { PlannedOrder } from "./workload.ts";

/**
 * What became of an order as the client sees it. `failed`: certainly not accepted. `unknown`: it may
 * have been accepted or not. `dropped`: due, but never tried, because a limit of ours was reached.
 */
export const orderStates = ["acked", "failed", "unknown", "dropped"] as const;
export type OrderState = (typeof orderStates)[number];

export interface Answer {
  readonly state: OrderState;
  /** Status code or kind of error, for counting: one of few. */
  readonly kind: string;
  /** `unreachable`: no connection could be made. `other_id`: accepted under an id that is not the order's. */
  readonly problem?: "unreachable" | "other_id";
  /** The beginning of what the answer said, where it acknowledged nothing. Of the system's making: not safe to print. */
  readonly excerpt?: string;
  /** The id that the system gave the order, where it is not ours. */
  readonly orderId?: string;
  /** Asks for the change that is planned for the order, now that it is there. */
  readonly change?: (attempt: Attempt) => Delivery;
}

/** One order under way, as the target sees it. */
export interface Attempt {
  readonly order: PlannedOrder;
  /** The target calls this when the order's bytes leave, not when it is queued. At most once. */
  sent(): void;
  /** The target calls this once, unless the attempt was abandoned before. May be called inside send. */
  answered(answer: Answer): void;
}

/** The target's side of an attempt. */
export interface Delivery {
  /**
   * Gives up waiting: `answered` is not called any more.
   * @returns what is known of the order now: `failed` when it never left, else `unknown`.
   */
  abandon(why: "timeout" | "stopped"): Answer;
}

/** Where orders are sent. `send` never throws and never waits. */
export interface LoadTarget {
  /** The name of its kind. */
  readonly kind: string;
  /** URL or topic, for people. Without credentials. */
  readonly address: string;
  /** The same with what it is, as a report begins with it: `topic orders-placed`. */
  readonly sentTo: string;
  send(attempt: Attempt): Delivery;
  /** Releases connections. Attempts under way must have been answered or abandoned. */
  close(): Promise<void>;
}

/** @returns the answer of an attempt that was given up. */
export function abandoned(why: "timeout" | "stopped", wasSent: boolean): Answer {
  const kind = why === "timeout" ? "timeout" : "stopped";
  return wasSent
    ? { state: "unknown", kind }
    : { state: "failed", kind: `${kind} before it was sent` };
}
