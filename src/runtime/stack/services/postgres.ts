import type { EngineService } from "./service.ts";

export const postgres: EngineService = {
  stage: "engine",
  name: "postgres",
  title: "PostgreSQL",
  port: { flag: "postgres-port", default: 5432 },
};
