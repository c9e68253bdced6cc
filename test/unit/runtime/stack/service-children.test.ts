import { expect, it } from "vitest";
import { serviceChildren } from "../../../../src/runtime/stack/service-children.ts";
import { knownServices, services } from "../../../../src/runtime/stack/services/services.ts";

it("gives passwords to processes by their environment, never in `ps`", () => {
  const children = serviceChildren({
    services,
    directory: "/s",
    stack: "s",
    ports: { api: [1, 2], consumer: [3] },
    environment: {
      settings: { DATABASE_URL: "postgresql://postgres:pw@h/orders", KAFKA_TOPIC: "t" },
      databaseUrl: "postgresql://application:pw@h/db",
    },
    program: (args) => ({ command: "orders", args }),
  });
  expect(children.map(({ name }) => name)).toEqual(["api-1", "api-2", "consumer-1"]);
  // The API is given no database, a consumer that of one who may only what it writes.
  expect(children.map(({ env }) => env.DATABASE_URL)).toEqual([
    undefined,
    undefined,
    "postgresql://application:pw@h/db",
  ]);
  expect(JSON.stringify(children.map(({ args }) => args))).not.toContain("pw");
});

it("tells the gateway of all processes of its upstreams", () => {
  const children = serviceChildren({
    services: knownServices,
    directory: "/s",
    stack: "s",
    ports: { gateway: [1], api: [2, 3], shop: [4, 5], consumer: [6] },
    environment: {
      settings: { ORDERS_API_URL: "http://127.0.0.1:2", KAFKA_TOPIC: "t" },
      databaseUrl: "postgresql://application:pw@h/db",
    },
    program: (args) => ({ command: "orders", args }),
  });
  expect(children.find(({ name }) => name === "gateway-1")?.env).toEqual({
    ORDERS_API_URL: "http://127.0.0.1:2,http://127.0.0.1:3",
    ORDERS_SHOP_URL: "http://127.0.0.1:4,http://127.0.0.1:5",
    ORDERS_STACK: "s",
  });
});
