import type { Engine, EngineName } from "./engine.ts";

/** The engine of this name, its code loaded on demand. */
export async function engineOf(name: EngineName): Promise<Engine> {
  switch (name) {
    case "local":
      return (await import("./local/local-engine.ts")).localEngine;
    case "docker":
      return (await import("./docker/docker-engine.ts")).dockerEngine;
    case "external":
      return (await import("./external/external-engine.ts")).externalEngine;
  }
}
