import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type OutcomeEvent,
  readOutcomeEvent,
  writeOutcomeEvent,
} from "../../../src/order/outcome-event.ts";

const anyProduct = fc.constantFrom("PROD001", "ünï '\"\\ {},");
const anyEvent: fc.Arbitrary<OutcomeEvent> = fc
  .record({
    orderId: fc.uuid(),
    status: fc.constantFrom("RESERVED", "REJECTED", "RELEASED"),
    rejection: fc.option(
      fc.record({
        reason: fc.constantFrom("insufficient_stock", "unknown_product"),
        productId: anyProduct,
        wanted: fc.integer({ min: 1 }),
        available: fc.nat(),
      }),
    ),
    items: fc.array(fc.record({ productId: anyProduct, quantity: fc.integer({ min: 1 }) }), {
      minLength: 1,
      maxLength: 100,
    }),
    timestamp: fc.constant("2026-01-31T23:59:30.000Z"),
  })
  .map(({ rejection, ...event }) =>
    event.status === "REJECTED" && rejection !== null ? { ...event, rejection } : event,
  );

test("what is written is read, and nothing else", () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      expect(readOutcomeEvent(writeOutcomeEvent(event))).toEqual({ ok: true, event });
    }),
  );
  // Without a rejection: of a name that stands twice, the last one counts, and it would be right.
  const text = writeOutcomeEvent({
    orderId: "0190c0de-0000-7000-8000-000000000001",
    status: "RESERVED",
    items: [{ productId: "PROD001", quantity: 1 }],
    timestamp: "2026-01-31T23:59:30.000Z",
  });
  for (const wrong of [
    ...["", "null", "[]", "7"],
    text.replace("RESERVED", "LOST"),
    text.replace("orderId", "id"),
    text.replace('"items":[', '"items":[null,'),
    text.replace("2026-01", "2026-13"),
    text.replace("RESERVED", 'REJECTED","reason":"mood'),
  ])
    expect(readOutcomeEvent(wrong)).toMatchObject({ ok: false });
});
