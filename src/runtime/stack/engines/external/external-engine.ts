import { Failure } from "../../../../failure/failure.ts";
import type { Endpoints, Engine, StartResult, StartSpec } from "../engine.ts";

/** readonly Service[] that somebody else runs: nothing is started, nothing is stopped, nothing is removed. */
export const externalEngine: Engine = {
  name: "external",
  services: [],

  async start(_context, { given }): Promise<StartResult> {
    return { endpoints: requireEndpoints(given), started: [] };
  },
  async stop(): Promise<void> {},
  async status() {
    return [];
  },
  async logs(): Promise<void> {},
};

/** @throws Failure("usage") when one of both is not there. */
export function requireEndpoints({ brokers, databaseUrl }: StartSpec["given"]): Endpoints {
  if (brokers !== undefined && databaseUrl !== undefined) return { brokers, databaseUrl };
  throw new Failure("usage", {
    what: "the external engine needs the addresses of Kafka and of a database",
    remedy: "set KAFKA_BROKERS and DATABASE_URL, or give --brokers and --database-url",
  });
}
