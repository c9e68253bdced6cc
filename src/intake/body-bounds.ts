import { describeExcess, type JsonBounds, type JsonExcess } from "../order/json-bounds.ts";
import { orderLimits } from "../order/order.ts";
import { expectedBatch } from "./order-schema.ts";
import type { Problem } from "./problem.ts";

/** An order has three levels and a few hundred values; the rest is room for fields that are not ours. */
export const orderBounds: JsonBounds = {
  depthMax: 16,
  containersMax: 10_000,
  valuesMax: 50_000,
  namesMax: 1_000,
  numberLengthMax: 100,
  elementsMax: 50_000,
};

/** What 8 MiB of orders with items can hold: 170,000 lines of three fields each. */
export const batchBounds: JsonBounds = {
  depthMax: 16,
  containersMax: 250_000,
  valuesMax: 900_000,
  namesMax: 1_000,
  numberLengthMax: 100,
  elementsMax: orderLimits.batchOrdersMax,
};

/** A body that would take too long to read, found before it is. */
export class TooComplex extends Error {
  readonly statusCode = 400;
  readonly problem: Problem;

  constructor(excess: JsonExcess, bounds: JsonBounds) {
    const what = describeExcess(excess, bounds);
    super(`the body ${what}`);
    this.problem = {
      error: "invalid_body",
      message: excess === "elementsMax" ? `${expectedBatch}; the body ${what}` : `the body ${what}`,
    };
  }
}
