import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlainShopEvent } from "../../../src/order/parse-plain-shop-event.ts";
import { readShopEvent, writeShopEvent } from "../../../src/order/shop-event.ts";
import { anyEvents, eventsOf } from "../../arbitrary/shop-events.ts";

/** A character more, less, or another one, somewhere; an order with cents of all sizes. */
const mutated = fc
  .tuple(
    anyEvents,
    fc.array(
      fc.record({
        at: fc.nat(420),
        remove: fc.nat(2),
        insert: fc.oneof(fc.constant(""), fc.constantFrom(...'0159.-+eE",:{}[]TZ \\\n\u0000ü')),
      }),
      { maxLength: 2 },
    ),
  )
  .map(([[event], edits]) =>
    edits.reduce(
      (now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove),
      event === undefined ? "" : writeShopEvent(event),
    ),
  );

describe("the reader of the plain form", () => {
  it("gives what the reader of every form gives, or nothing", { timeout: 60_000 }, () => {
    let read = 0;
    fc.assert(
      fc.property(mutated, (json) => {
        const event = parsePlainShopEvent(Buffer.from(json));
        if (event === undefined) return;
        read++;
        expect(readShopEvent(json)).toEqual({ ok: true, event });
      }),
      { numRuns: 4_000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  const item = { productId: "PROD001", quantity: 2, priceCents: 333 };

  it.each([
    [[item]],
    [[item, { ...item, priceCents: 1_999 }]],
    [[{ ...item, priceCents: 10 }]],
  ])("reads what the shop writes: %j", (items) => {
    const types = ["ORDER_CREATED", "PAYMENT_COMPLETED", "ORDER_SHIPPED"] as const;
    for (const event of eventsOf([...types, "ORDER_CANCELLED"], items))
      expect(parsePlainShopEvent(Buffer.from(writeShopEvent(event)))).toEqual(event);
  });

  it.each([
    "2026-02-30T00:00:00.000Z",
    "2026-02-31T00:00:00.000Z",
    "2026-13-01T00:00:00.000Z",
    "2026-01-01T24:00:00.000Z",
    "2026-01-01T24:00:01.000Z",
    "2026-01-01T23:59:60.000Z",
    "2026-01-01T23:60:00.000Z",
  ])("does not take %s for another time than the other reader", (timestamp) => {
    const [event] = eventsOf(["ORDER_CREATED"], [item]);
    if (event === undefined) throw new Error("no event");
    const json = writeShopEvent({ ...event, timestamp });
    const plain = parsePlainShopEvent(Buffer.from(json));
    if (plain !== undefined) expect(readShopEvent(json)).toEqual({ ok: true, event: plain });
  });
});
