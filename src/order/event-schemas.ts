import { orderLimits } from "./order.ts";
import { shopEventTypes, shopEventVersion } from "./shop-event.ts";

/**
 * What each event's message is, as JSON Schema (draft 7), for programs in any language. What a schema
 * cannot say the readers judge besides: amounts have two decimals at most, totalPrice is the sum of
 * quantity × price, total is available + reserved. Fields that are added later do not break a reader.
 */
const draft = "http://json-schema.org/draft-07/schema#";

const uuid = { type: "string", format: "uuid" } as const;
const text = { type: "string", minLength: 1, maxLength: orderLimits.textLengthMax } as const;
const instant = { type: "string", format: "date-time", pattern: "Z$" } as const;
const money = { type: "number", minimum: 0, maximum: orderLimits.amountMax } as const;
const fromZero = { type: "integer", minimum: 0 } as const;
const fromOne = { type: "integer", minimum: 1 } as const;

const item = closed({
  productId: text,
  quantity: {
    type: "integer",
    minimum: orderLimits.quantityMin,
    maximum: orderLimits.quantityMax,
  },
  price: money,
});

const ofTheShop = shopEventTypes.map((eventType) => [
  eventType,
  event(eventType, {
    eventId: uuid,
    eventType: { const: eventType },
    orderId: uuid,
    customerId: text,
    totalPrice: money,
    timestamp: instant,
    version: { const: shopEventVersion },
    sequence: fromOne,
    items: { type: "array", minItems: 1, maxItems: orderLimits.linesMax, items: item },
  }),
]);

/** By the event's type. */
export const eventSchemas: Readonly<Record<string, object>> = {
  ...Object.fromEntries(ofTheShop),
  STOCK_CHANGED: event("STOCK_CHANGED", {
    ...{ eventId: uuid, type: { const: "STOCK_CHANGED" }, productId: text },
    ...{ available: fromZero, reserved: fromZero, total: fromZero, version: fromZero },
    timestamp: instant,
  }),
  RESTOCK_REQUESTED: event("RESTOCK_REQUESTED", {
    ...{ eventId: uuid, type: { const: "RESTOCK_REQUESTED" }, productId: text },
    ...{ wanted: fromOne, available: fromZero, orderId: uuid, timestamp: instant },
  }),
};

function event(title: string, properties: Readonly<Record<string, object>>): object {
  return { $schema: draft, title, ...closed(properties) };
}

/** Every field is always there. */
function closed(properties: Readonly<Record<string, object>>) {
  return { type: "object", required: Object.keys(properties), properties };
}
