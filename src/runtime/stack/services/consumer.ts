import type { SupervisedService } from "./service.ts";

/** Decides the orders in the log: stock, rows, dead letters. */
export const consumer: SupervisedService = {
  stage: "supervised",
  name: "consumer",
  title: "Consumers",
  all: "the consumers",
  instances: 1,
  port: "free",
  command: (port) => ["consume", "--health-port", String(port)],
  inProfile: { shop: ["--publish-outcomes", "--follow-shop"] },
  environment: ({ settings, databaseUrl }) => ({ ...settings, DATABASE_URL: databaseUrl }),
  remark: ({ strategy }) => `Consumers reserve with the strategy ${strategy}.`,
  stop: { signal: "SIGTERM", graceMs: 10_000 },
};
