import type { Endpoints } from "./engine.ts";

/** Pure: where a stack's Kafka and database are, out of what each service says of itself. */
export function joinEndpoints(parts: readonly Partial<Endpoints>[]): Endpoints {
  const { brokers, databaseUrl, ...login }: Partial<Endpoints> = Object.assign({}, ...parts);
  if (brokers === undefined || databaseUrl === undefined)
    throw new Error("a stack needs a service that is its Kafka and one that is its database");
  return { brokers, databaseUrl, ...login };
}
