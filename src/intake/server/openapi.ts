import {
  idempotencyKeyParameter,
  json,
  problemSchema,
  record,
  ref,
} from "../../http/openapi-parts.ts";
import { batchSchema, orderSchema } from "../order-schema.ts";
import { problemWords } from "../problem.ts";

const uuid = { type: "string", format: "uuid" } as const;
const uuids = { type: "array", items: uuid } as const;
const problem = (description: string) => json(description, ref("ApiProblem"));
const refusals = {
  "502": problem("Kafka refused it for good; nothing of it was placed"),
  "503": problem("nothing of it was placed"),
  default: problem("refused"),
};

/** What the API answers, for programs: served at /openapi.json, and held against real answers in tests. */
export const apiOpenApi = {
  openapi: "3.1.0",
  info: { title: "orders api", version: "1" },
  paths: {
    "/order": {
      post: {
        summary: "Place an order on the topic",
        parameters: [idempotencyKeyParameter],
        requestBody: { required: true, ...json("the order", ref("NewOrder")) },
        responses: {
          "202": json("Kafka has it", ref("OrderAccepted")),
          "504": json("it may be in Kafka or not", ref("OrderUnknown")),
          ...refusals,
        },
      },
    },
    "/orders/batch": {
      post: {
        summary: "Place many orders at once",
        parameters: [idempotencyKeyParameter],
        requestBody: { required: true, ...json("the orders", ref("NewOrders")) },
        responses: {
          "202": json("Kafka has all of them", ref("OrdersAccepted")),
          "504": json("what is known of each", ref("OrdersUnknown")),
          ...refusals,
        },
      },
    },
  },
  components: {
    schemas: {
      NewOrder: orderSchema,
      NewOrders: { ...batchSchema, items: ref("NewOrder") },
      OrderAccepted: record({ order_id: uuid, status: { const: "accepted" } }),
      OrderUnknown: record({ order_id: uuid, status: { const: "unknown" } }),
      OrdersAccepted: record({
        ...{ count: { type: "integer" }, status: { const: "accepted" }, order_ids: uuids },
      }),
      OrdersUnknown: record({
        ...{ status: { const: "unknown" }, acked: uuids, unknown: uuids },
        ...{ unsent: uuids, refused: uuids },
      }),
      ApiProblem: problemSchema(problemWords, {
        field: { type: "string", description: "path of the field" },
        index: { type: "integer", minimum: 0, description: "which order of a batch" },
      }),
    },
  },
} as const;
