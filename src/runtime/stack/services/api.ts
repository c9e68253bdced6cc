import type { SupervisedService } from "./service.ts";

/** Takes orders over HTTP and puts them into the log. */
export const api: SupervisedService = {
  stage: "supervised",
  name: "api",
  title: "API",
  all: "the API",
  instances: 1,
  port: { flag: "port", default: 8080 },
  path: "/order",
  urlSetting: "apiUrl",
  example: {
    title: "Place an order",
    arguments: `-H 'Content-Type: application/json' -d '{"customer_id":"CUST001","product_id":"PROD001","quantity":1,"amount":1299.99}'`,
  },
  command: (port) => ["api", "--host", "127.0.0.1", "--port", String(port)],
  // It never asks the database.
  environment: ({ settings }) => settings,
  stop: { signal: "SIGTERM", graceMs: 10_000 },
};
