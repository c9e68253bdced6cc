import { engineServices, type Service } from "../services/service.ts";
import { services as allServices } from "../services/services.ts";
import type { Engine, EngineName } from "./engine.ts";

/** The engine of this name for these services, its code loaded on demand. */
export async function engineOf(
  name: EngineName,
  services: readonly Service[] = allServices,
): Promise<Engine> {
  switch (name) {
    case "local":
      return (await import("./local/local-engine.ts")).localEngine(engineServices(services));
    case "docker":
      return (await import("./docker/docker-engine.ts")).dockerEngine(engineServices(services));
    case "external":
      return (await import("./external/external-engine.ts")).externalEngine;
  }
}
