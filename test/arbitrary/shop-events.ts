import fc from "fast-check";
import { newOrderId } from "../../src/order/order-id.ts";
import type { ShopEvent, ShopEventItem, ShopEventType } from "../../src/order/shop-event.ts";

const fates: readonly (readonly ShopEventType[])[] = [
  ["ORDER_CREATED"],
  ["ORDER_CREATED", "ORDER_CANCELLED"],
  ["ORDER_CREATED", "PAYMENT_COMPLETED"],
  ["ORDER_CREATED", "PAYMENT_COMPLETED", "ORDER_SHIPPED"],
  ["ORDER_CREATED", "PAYMENT_COMPLETED", "ORDER_CANCELLED"],
];

/** All events of one order, in their order. */
export function eventsOf(
  fate: readonly ShopEventType[],
  items: readonly ShopEventItem[],
  customerId = "CUST1",
  firstMs = Date.UTC(2026, 0, 31, 23, 59, 30),
): ShopEvent[] {
  const orderId = newOrderId();
  const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0);
  return fate.map((eventType, index) => ({
    ...{ eventType, orderId, customerId, totalCents, items },
    eventId: newOrderId(),
    timestamp: new Date(firstMs + index * 20_000).toISOString(),
    sequence: index + 1,
  }));
}

const anyItem: fc.Arbitrary<ShopEventItem> = fc.record({
  productId: fc.constantFrom("PROD001", "PROD002", "PROD003", "ünï '\"\\ {},"),
  quantity: fc.integer({ min: 1, max: 9 }),
  priceCents: fc.integer({ min: 0, max: 99_999 }),
});

/** The events of a few orders, each order's in their order. */
export const anyEvents: fc.Arbitrary<ShopEvent[]> = fc
  .array(
    fc.record({
      fate: fc.constantFrom(...fates),
      items: fc.array(anyItem, { minLength: 1, maxLength: 3 }),
      customer: fc.constantFrom("CUST1", "CUST2", 'C,"{}'),
      ms: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 0, 3) }),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((orders) =>
    orders.flatMap(({ fate, items, customer, ms }) => eventsOf(fate, items, customer, ms)),
  );
