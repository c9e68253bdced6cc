import { isPortFree } from "../processes/free-port.ts";
import { describeHolder, findPortHolder } from "../processes/port-holder.ts";
import { type Service, servicesWithPort } from "../services/service.ts";
import { services as allServices } from "../services/services.ts";
import type { Check } from "./diagnosis.ts";

/** The ports that `orders up` takes unless told otherwise. */
export function checkPorts(services: readonly Service[] = allServices): Promise<readonly Check[]> {
  return Promise.all(
    servicesWithPort(services).map(async (service): Promise<Check> => {
      const { default: port, flag } = service.port;
      const name = `port ${port}`;
      if (await isPortFree(port))
        return { name, state: "ok", found: "free", why: null, remedy: null };
      return {
        name,
        state: "warning",
        found: `taken by ${describeHolder(findPortHolder(port))}`,
        why: `${service.stage === "engine" ? service.title : service.all} would listen there`,
        remedy: `end that process, or use \`orders up --${flag} 0\` (a free one)`,
      };
    }),
  );
}
