import type { EngineService } from "./service.ts";

export const postgres: EngineService = {
  name: "postgres",
  title: "PostgreSQL",
  shortTitle: "PG",
  stage: "engine",
  port: { default: 5432, flag: "postgres-port" },
  steps: [{ step: "database", title: "Tables and products" }],
  async startLocally(start) {
    const { startPostgres } = await import("../engines/local/start-postgres.ts");
    return startPostgres(start);
  },
  container: {
    port: "5432/tcp",
    environment: ({ password }) => ({ POSTGRES_PASSWORD: password }),
    endpoints: (port, { password }) => ({
      databaseUrl: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=disable`,
    }),
  },
  async prepare(preparation) {
    const { preparePostgres } = await import("../prepare-postgres.ts");
    await preparePostgres(preparation);
  },
};
