import type { Rejection } from "../order/outcome-event.ts";
import type { ShopEventItem } from "../order/shop-event.ts";

export const shopStatuses = [
  "CREATED",
  "RESERVED",
  "REJECTED",
  "PAID",
  "SHIPPED",
  "CANCELLED",
] as const;
export type ShopStatus = (typeof shopStatuses)[number];

/** What became of it in the stock reservation. RELEASED: cancelled, and it holds nothing (any more). */
export const shopReservations = ["PENDING", "RESERVED", "REJECTED", "RELEASED"] as const;
export type ShopReservation = (typeof shopReservations)[number];

/** An order of the shop as its table has it. */
export interface ShopOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: ShopStatus;
  readonly reservation: ShopReservation;
  /** Why, where the reservation rejected it. */
  readonly rejection: Rejection | undefined;
  readonly totalCents: number;
  readonly items: readonly ShopEventItem[];
  /** Of its last event. */
  readonly sequence: number;
  readonly lastEventId: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** As HTTP tells of it; amounts are decimal numbers, exact to the cent. */
export function shopOrderJson(order: ShopOrder) {
  return {
    ...shopOrderLineJson(order),
    reservation: order.reservation,
    ...(order.rejection === undefined ? {} : { rejection: order.rejection }),
    items: order.items.map(itemJson),
    updatedAt: order.updatedAt,
  };
}

/** In a list: the reference's fields. */
export function shopOrderLineJson(order: Omit<ShopOrder, "items">) {
  const { orderId, customerId, status, totalCents, createdAt } = order;
  return { orderId, customerId, status, totalPrice: totalCents / 100, createdAt };
}

function itemJson({ productId, quantity, priceCents }: ShopEventItem) {
  return { productId, quantity, price: priceCents / 100 };
}
