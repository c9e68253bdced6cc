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
  const [sample] = fc.sample(anyEvent, 1);
  if (sample === undefined) throw new Error("no sample");
  const text = writeOutcomeEvent({ ...sample, status: "RESERVED" });
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
