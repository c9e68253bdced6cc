import type { EngineService } from "./service.ts";

export const kafka: EngineService = {
  stage: "engine",
  name: "kafka",
  title: "Kafka",
  port: { flag: "kafka-port", default: 9092 },
};
