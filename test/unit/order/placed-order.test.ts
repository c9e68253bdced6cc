import fc from "fast-check";
import { expect, test } from "vitest";
import { orderLimits, sameContent } from "../../../src/order/order.ts";
import { parseOrderMessage } from "../../../src/order/order-message.ts";
import { placedOrder, writePlacedOrder } from "../../../src/order/placed-order.ts";
import { readCreateRequest } from "../../../src/shop/create-request.ts";
import { eventsOf } from "../../arbitrary/shop-events.ts";

/** Up to the shop's limits, and a little beyond. */
const anyText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }),
  fc.constantFrom("x".repeat(255), "\u001f".repeat(255), "'\"\\{}"),
);
const anyRequest = fc.record({
  customerId: anyText,
  items: fc.array(
    fc.record({
      productId: anyText,
      quantity: fc.oneof(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: orderLimits.quantityMax + 1 }),
      ),
      price: fc
        .oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 9_999_999 }) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 99_999_999_999_999 }) },
        )
        .map((cents) => cents / 100),
    }),
    { minLength: 1, maxLength: 101 },
  ),
});

test("whatever the shop accepts, the reservation can decide, with the same content to the last digit", () => {
  let accepted = 0;
  fc.assert(
    fc.property(anyRequest, (request) => {
      const reading = readCreateRequest(request);
      if (!reading.ok) return;
      accepted += 1;
      const { items, customerId, totalCents } = reading.order;
      const fate = ["ORDER_CREATED", "ORDER_CANCELLED"] as const;
      const [created, cancelled] = eventsOf(fate, items, customerId);
      if (created === undefined || cancelled === undefined) throw new Error("no events");
      const parsed = parseOrderMessage(Buffer.from(writePlacedOrder(created)), 0);
      expect(parsed).toEqual({ ok: true, order: placedOrder(created) });
      expect(sameContent(placedOrder(created), placedOrder(cancelled))).toBe(true);
      const sum = placedOrder(created).lines.reduce(
        (cents, { amount }) => cents + Math.round(amount * 100),
        0,
      );
      expect(sum).toBe(totalCents);
    }),
    { numRuns: 300 },
  );
  expect(accepted).toBeGreaterThan(50);
});
