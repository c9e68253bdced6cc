import { shopTopics } from "../../kafka/topics.ts";
import type { SupervisedService } from "./service.ts";

/** Counts what happens to the shop's orders. */
export const analytics: SupervisedService = {
  stage: "supervised",
  name: "analytics",
  title: "Analytics",
  all: "the analytics",
  profile: "shop",
  needs: { topics: shopTopics, tables: ["analytics"] },
  instances: 1,
  port: "free",
  command: (port) => ["analytics", "--health-port", String(port)],
  environment: ({ settings, databaseUrl }) => ({ ...settings, DATABASE_URL: databaseUrl }),
  stop: { signal: "SIGTERM", graceMs: 10_000 },
};
