import type { SupervisedService } from "./service.ts";

/** Stands in front of the API and the shop, where people knew the API. */
export const gateway: SupervisedService = {
  stage: "supervised",
  name: "gateway",
  title: "Gateway",
  all: "the gateway",
  profile: "shop",
  instances: 1,
  port: { flag: "port", default: 8080 },
  path: "/orders",
  urlSetting: "gatewayUrl",
  example: {
    title: "Order at shop",
    arguments: `-H 'Content-Type: application/json' -d '{"customerId":"cust-123","items":[{"productId":"PROD001","quantity":2,"price":10}]}'`,
  },
  command: (port) => ["gateway", "--host", "127.0.0.1", "--port", String(port)],
  // It asks neither Kafka nor the database.
  environment: ({ urls }) => ({
    ...(urls.apiUrl && { ORDERS_API_URL: urls.apiUrl.join(",") }),
    ...(urls.shopUrl && { ORDERS_SHOP_URL: urls.shopUrl.join(",") }),
  }),
  stop: { signal: "SIGTERM", graceMs: 10_000 },
};
