import { Failure } from "../../failure/failure.ts";
import type { Engine, EngineName } from "./engine.ts";

/** The engine of this name, its code loaded on demand. */
export async function engineOf(name: EngineName): Promise<Engine> {
  if (name === "local") return (await import("./local/local-engine.ts")).localEngine;
  throw new Failure("environment", {
    what: `the engine ${name} is not there yet`,
    remedy: "use --engine local",
  });
}
