import { shopTopics } from "../../kafka/topics.ts";
import type { SupervisedService } from "./service.ts";

/** Publishes the shop's outbox. */
export const relay: SupervisedService = {
  stage: "supervised",
  name: "relay",
  title: "Relays",
  all: "the relays",
  profile: "shop",
  needs: { topics: shopTopics, tables: ["shop"] },
  instances: 1,
  port: "free",
  command: (port) => ["relay", "--health-port", String(port)],
  environment: ({ settings, databaseUrl }) => ({ ...settings, DATABASE_URL: databaseUrl }),
  stop: { signal: "SIGTERM", graceMs: 15_000 },
};
