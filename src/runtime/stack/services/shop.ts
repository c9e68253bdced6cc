import { shopTopics } from "../../kafka/topics.ts";
import type { SupervisedService } from "./service.ts";

/** The order service: keeps orders, and their events in the outbox. */
export const shop: SupervisedService = {
  stage: "supervised",
  name: "shop",
  title: "Shop",
  all: "the shop",
  profile: "shop",
  needs: { topics: shopTopics, tables: ["shop"] },
  instances: 1,
  port: "free",
  urlSetting: "shopUrl",
  command: (port) => ["shop", "--host", "127.0.0.1", "--port", String(port)],
  environment: ({ settings, databaseUrl }) => ({ ...settings, DATABASE_URL: databaseUrl }),
  stop: { signal: "SIGTERM", graceMs: 10_000 },
};
