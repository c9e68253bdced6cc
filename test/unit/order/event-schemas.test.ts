import fc from "fast-check";
import { expect, it } from "vitest";
import { eventSchemas } from "../../../src/order/event-schemas.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import { readShopEvent, shopEventTypes, writeShopEvent } from "../../../src/order/shop-event.ts";
import {
  readStockEvent,
  type StockEvent,
  stockEventTypes,
  writeStockEvent,
} from "../../../src/order/stock-event.ts";
import { anyEvents } from "../../arbitrary/shop-events.ts";
import { createSchemaValidator } from "../../schema-validator.ts";

const ajv = await createSchemaValidator();
const validators = new Map(
  Object.entries(eventSchemas).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/** @returns what is wrong with it, or undefined. */
function wrong(type: string, text: string): string | undefined {
  const validate = validators.get(type);
  return validate?.(JSON.parse(text)) === true ? undefined : ajv.errorsText(validate?.errors);
}

const anyStockEvent: fc.Arbitrary<StockEvent> = fc
  .record({
    productId: fc.constantFrom("PROD001", "ünï '\"\\ {},"),
    available: fc.nat(),
    reserved: fc.nat(),
    version: fc.nat(),
    wanted: fc.integer({ min: 1 }),
    type: fc.constantFrom(...stockEventTypes),
  })
  .map(({ productId, available, reserved, version, wanted, type }) => {
    const same = {
      eventId: newOrderId(),
      productId,
      available,
      timestamp: "2026-01-31T23:59:30.000Z",
    };
    return type === "STOCK_CHANGED"
      ? { ...same, type, reserved, total: available + reserved, version }
      : { ...same, type, wanted, orderId: newOrderId() };
  });

it("there is a schema of every event that is written", () => {
  expect([...validators.keys()].sort()).toEqual([...shopEventTypes, ...stockEventTypes].sort());
});

it("every event is what its schema says, and is none of the others'", () => {
  fc.assert(
    fc.property(anyEvents, fc.array(anyStockEvent), (events, stockEvents) => {
      const written = [
        ...events.map((event) => [event.eventType, writeShopEvent(event)] as const),
        ...stockEvents.map((event) => [event.type, writeStockEvent(event)] as const),
      ];
      for (const [type, text] of written)
        for (const each of validators.keys())
          expect([each, wrong(each, text) === undefined], text).toEqual([each, each === type]);
    }),
    { numRuns: 20 },
  );
});

it("what lacks a field, or has another kind of value there, is refused by schema and reader alike", () => {
  fc.assert(
    fc.property(
      anyEvents,
      fc.array(anyStockEvent, { minLength: 1 }),
      fc.nat(),
      (events, stock, n) => {
        const written = [
          ...events.map((event) => [event.eventType, writeShopEvent(event)] as const),
          ...stock.map((event) => [event.type, writeStockEvent(event)] as const),
        ];
        for (const [type, text] of written) {
          const value = JSON.parse(text) as Record<string, unknown>;
          const names = Object.keys(value);
          const name = names[n % names.length] as string;
          for (const other of [undefined, null, -1, {}, ""]) {
            const broken = JSON.stringify({ ...value, [name]: other });
            expect(wrong(type, broken), broken).toBeDefined();
            const read =
              type.startsWith("STOCK") || type.startsWith("RESTOCK")
                ? readStockEvent(broken)
                : readShopEvent(broken);
            expect(read.ok, broken).toBe(false);
          }
        }
      },
    ),
    { numRuns: 20 },
  );
});
