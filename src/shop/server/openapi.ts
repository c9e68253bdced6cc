import {
  idempotencyKeyParameter,
  json,
  problemSchema,
  record,
  ref,
} from "../../http/openapi-parts.ts";
import { orderLimits } from "../../order/order.ts";
import { shopChanges } from "../decide-change.ts";
import { problemWords } from "../problem.ts";
import { shopReservations, shopStatuses } from "../shop-order.ts";

const text = { type: "string", minLength: 1, maxLength: orderLimits.textLengthMax } as const;
const money = {
  ...{ type: "number", minimum: 0, maximum: orderLimits.amountMax },
  description: "two decimals at most, and exact",
} as const;
const uuid = { type: "string", format: "uuid" } as const;
const instant = { type: "string", format: "date-time" } as const;
const status = { type: "string", enum: shopStatuses } as const;
const items = {
  ...{ type: "array", minItems: 1, maxItems: orderLimits.linesMax },
  items: record({
    productId: text,
    quantity: {
      type: "integer",
      minimum: orderLimits.quantityMin,
      maximum: orderLimits.quantityMax,
    },
    price: money,
  }),
} as const;

const line = { orderId: uuid, customerId: text, status, totalPrice: money, createdAt: instant };
const problem = (description: string) => json(description, ref("ShopProblem"));
const notDone = {
  "503": problem("nothing was done"),
  "504": problem("it may have been done or not: repeat it with the same Idempotency-Key"),
};
const orderId = { name: "orderId", in: "path", required: true, schema: { type: "string" } };
const query = (name: string, schema: object) => ({ name, in: "query", required: false, schema });

/** What the shop answers, for programs: served at /openapi.json, and held against real answers in tests. */
export const shopOpenApi = {
  openapi: "3.1.0",
  info: { title: "orders shop", version: "1" },
  paths: {
    "/orders": {
      post: {
        summary: "Create an order",
        parameters: [idempotencyKeyParameter],
        requestBody: { required: true, ...json("the order", ref("NewShopOrder")) },
        responses: {
          "201": json("it is stored, with its event", ref("ShopOrderCreated")),
          "422": problem("the Idempotency-Key stands for another order"),
          ...notDone,
          default: problem("refused"),
        },
      },
      get: {
        summary: "Orders, newest first; the next page is in the Link header",
        parameters: [
          query("customerId", text),
          query("status", status),
          query("limit", { type: "integer", minimum: 1, maximum: 500, default: 50 }),
          query("after", { type: "string" }),
        ],
        responses: {
          "200": json("a page", { type: "array", items: ref("ShopOrderLine") }),
          default: problem("refused"),
        },
      },
    },
    "/orders/{orderId}": {
      get: {
        summary: "One order",
        parameters: [orderId],
        responses: {
          "200": json("the order", ref("ShopOrder")),
          default: problem("there is none, or it cannot be told now"),
        },
      },
    },
    ...Object.fromEntries(
      shopChanges.map((change) => [
        `/orders/{orderId}/${change}`,
        {
          post: {
            summary: `${change} an order`,
            parameters: [orderId],
            responses: {
              "200": json("the order afterwards", ref("ShopOrder")),
              "404": problem("there is no such order"),
              "409": problem("its state does not allow it"),
              ...notDone,
              default: problem("refused"),
            },
          },
        },
      ]),
    ),
    "/event-schemas.json": {
      get: {
        summary: "The JSON Schema of each event, by its type",
        responses: { "200": json("schemas", { type: "object" }) },
      },
    },
  },
  components: {
    schemas: {
      NewShopOrder: record({ customerId: text, items }),
      ShopOrderCreated: record({
        ...{ orderId: uuid, status: { const: "CREATED" }, totalPrice: money, createdAt: instant },
      }),
      ShopOrderLine: record(line),
      ShopOrder: record(
        {
          ...line,
          reservation: {
            ...{ type: "string", enum: shopReservations },
            description:
              "PENDING: not decided yet; RESERVED: it holds its stock, or was shipped; REJECTED: see rejection; RELEASED: it was cancelled, and its stock is given back",
          },
          rejection: ref("ShopRejection"),
          ...{ items, updatedAt: instant },
        },
        ["rejection"],
      ),
      ShopRejection: record({
        reason: { type: "string", enum: ["insufficient_stock", "unknown_product"] },
        productId: text,
        wanted: { type: "integer", minimum: 1 },
        available: { type: "integer", minimum: 0 },
      }),
      ShopProblem: problemSchema(problemWords, {
        field: { type: "string", description: "path of the field" },
        orderId: uuid,
      }),
    },
  },
} as const;
