import { isPortFree } from "../processes/free-port.ts";
import { describeHolder, findPortHolder } from "../processes/port-holder.ts";
import type { Check } from "./diagnosis.ts";

const wanted = [
  { port: 8080, title: "the API", flag: "--port" },
  { port: 9092, title: "Kafka", flag: "--kafka-port" },
  { port: 5432, title: "PostgreSQL", flag: "--postgres-port" },
] as const;

/** The ports that `orders up` takes unless told otherwise. */
export function checkPorts(): Promise<readonly Check[]> {
  return Promise.all(
    wanted.map(async ({ port, title, flag }): Promise<Check> => {
      const name = `port ${port}`;
      if (await isPortFree(port))
        return { name, state: "ok", found: "free", why: null, remedy: null };
      return {
        name,
        state: "warning",
        found: `taken by ${describeHolder(findPortHolder(port))}`,
        why: `${title} would listen there`,
        remedy: `end that process, or use \`orders up ${flag} 0\` (a free one)`,
      };
    }),
  );
}
