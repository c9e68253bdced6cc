import { lineAmount } from "./money.ts";
import type { Order } from "./order.ts";
import { type OrderItem, writeOrderMessage } from "./order-message.ts";
import type { ShopEvent, ShopEventItem } from "./shop-event.ts";

/**
 * Pure: the order that the reservation decides for an order of the shop. Every event of an order gives
 * the same content to the last digit, for each carries all items, so that whoever meets the order
 * later knows it for the same (`sameContent`). Within the limits of the shop, which are the intake's,
 * `parseOrderMessage` gives just this for what `writePlacedOrder` writes of its ORDER_CREATED.
 */
export function placedOrder({ orderId, customerId, items, timestamp }: ShopEvent): Order {
  return {
    orderId: orderId.toLowerCase(),
    customerId,
    lines: items.map(({ productId, quantity, priceCents }) => ({
      productId,
      quantity,
      amount: lineAmount(quantity, priceCents / 100),
    })),
    placedAtMs: Date.parse(timestamp),
  };
}

/** @returns the JSON text of the message on `orders-placed`; its key is the customer's id. */
export function writePlacedOrder(event: ShopEvent): string {
  return writeOrderMessage(placedOrder(event), event.totalCents / 100, event.items.map(itemOf));
}

function itemOf({ productId, quantity, priceCents }: ShopEventItem): OrderItem {
  return { product_id: productId, quantity, price: priceCents / 100 };
}
