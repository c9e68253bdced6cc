import { expect, it } from "vitest";
import { serviceChildren } from "../../../../src/runtime/stack/service-children.ts";
import { services } from "../../../../src/runtime/stack/services/services.ts";

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
