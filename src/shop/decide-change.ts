import type { ShopEventType } from "../order/shop-event.ts";
import type { ShopOrder, ShopStatus } from "./shop-order.ts";

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
 *
 * The reservation makes RESERVED or REJECTED of CREATED, when it has decided. RESERVED can do what
 * CREATED can; REJECTED can only be cancelled. What it says of an order that was paid before stands
 * beside its status: only what is reserved is shipped.
 */
const rules: Readonly<Record<ShopChange, Rule>> = {
  pay: {
    from: ["CREATED", "RESERVED"],
    to: "PAID",
    eventType: "PAYMENT_COMPLETED",
    done: "paid for",
  },
  ship: { from: ["PAID"], to: "SHIPPED", eventType: "ORDER_SHIPPED", done: "shipped" },
  cancel: {
    from: ["CREATED", "RESERVED", "REJECTED", "PAID"],
    to: "CANCELLED",
    eventType: "ORDER_CANCELLED",
    done: "cancelled",
  },
};

export type ChangeDecision =
  | { readonly ok: true; readonly to: ShopStatus; readonly eventType: ShopEventType }
  | { readonly ok: false; readonly message: string };

/**
 * Pure: what a change makes of an order, or why it may not be made now.
 * @param reserves whether a reservation decides the shop's orders: without one, nothing is waited for.
 */
export function decideChange(
  { status, reservation, rejection }: Pick<ShopOrder, "status" | "reservation" | "rejection">,
  change: ShopChange,
  reserves: boolean,
): ChangeDecision {
  const { from, to, eventType, done } = rules[change];
  if (from.includes(status)) {
    const mayShip = reservation === "RESERVED" || (reservation === "PENDING" && !reserves);
    if (change !== "ship" || mayShip) return { ok: true, to, eventType };
    if (reservation === "PENDING")
      return { ok: false, message: "the order cannot be shipped yet: its stock is not reserved" };
    const why = rejection === undefined ? "" : ` (${rejection.reason}: ${rejection.productId})`;
    return { ok: false, message: `the order cannot be shipped: its stock was refused${why}` };
  }
  const message =
    status === to
      ? `the order is ${status} already`
      : `an order that is ${status} cannot be ${done}; it must be ${from.join(" or ")}`;
  return { ok: false, message };
}
