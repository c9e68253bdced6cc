import type { ShopEventType } from "../order/shop-event.ts";
import type { ShopStatus } from "./shop-order.ts";

export const shopChanges = ["pay", "ship", "cancel"] as const;
export type ShopChange = (typeof shopChanges)[number];

interface Rule {
  readonly from: readonly ShopStatus[];
  readonly to: ShopStatus;
  readonly eventType: ShopEventType;
  /** After "cannot be": "paid for". */
  readonly done: string;
}

/**
 * The state machine:
 *
 *     CREATED ──pay──▶ PAID ──ship──▶ SHIPPED
 *        └──cancel──▶ CANCELLED ◀──cancel──┘ (of PAID)
 */
const rules: Readonly<Record<ShopChange, Rule>> = {
  pay: { from: ["CREATED"], to: "PAID", eventType: "PAYMENT_COMPLETED", done: "paid for" },
  ship: { from: ["PAID"], to: "SHIPPED", eventType: "ORDER_SHIPPED", done: "shipped" },
  cancel: {
    from: ["CREATED", "PAID"],
    to: "CANCELLED",
    eventType: "ORDER_CANCELLED",
    done: "cancelled",
  },
};

export type ChangeDecision =
  | { readonly ok: true; readonly to: ShopStatus; readonly eventType: ShopEventType }
  | { readonly ok: false; readonly message: string };

/** Pure: what a change makes of an order, or why it may not be made now. */
export function decideChange(status: ShopStatus, change: ShopChange): ChangeDecision {
  const { from, to, eventType, done } = rules[change];
  if (from.includes(status)) return { ok: true, to, eventType };
  const message =
    status === to
      ? `the order is ${status} already`
      : `an order that is ${status} cannot be ${done}; it must be ${from.join(" or ")}`;
  return { ok: false, message };
}
