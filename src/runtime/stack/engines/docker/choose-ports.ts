import { findFreePort, requireFreePort } from "../../processes/free-port.ts";
import type { EngineService } from "../../services/service.ts";
import type { ServiceStatus, StartSpec } from "../engine.ts";
import type { DockerRecord } from "./docker-record.ts";

export type PortPlan =
  /** Its container listens there already. */
  | { readonly kind: "keep"; readonly port: number }
  /** Must be free. */
  | { readonly kind: "take"; readonly port: number }
  | { readonly kind: "any" };

/**
 * Pure. A running container keeps its port unless another one is asked for; then the one asked for,
 * the one it had, the service's own.
 */
export function planPort(
  { name, port }: Pick<EngineService, "name" | "port">,
  asked: number | undefined,
  status: ServiceStatus | undefined,
  recorded: DockerRecord["ports"] | undefined,
): PortPlan {
  const running = status?.state === "running" || status?.state === "starting";
  if (running && status.port !== undefined && (!asked || asked === status.port)) {
    return { kind: "keep", port: status.port };
  }
  if (asked === 0) return { kind: "any" };
  return { kind: "take", port: asked ?? recorded?.[name] ?? port.default };
}

/** @throws Failure("environment") that names who holds a port that is taken. */
export async function choosePorts(
  services: readonly EngineService[],
  asked: StartSpec["ports"],
  statuses: readonly ServiceStatus[],
  recorded: DockerRecord["ports"] | undefined,
): Promise<DockerRecord["ports"]> {
  const ports: Record<string, number> = {};
  for (const service of services) {
    const { name, title, port } = service;
    const status = statuses.find((one) => one.service === name);
    const plan = planPort(service, asked[name], status, recorded);
    if (plan.kind === "take") await requireFreePort(plan.port, title, `--${port.flag}`);
    ports[name] = plan.kind === "any" ? await findFreePort() : plan.port;
  }
  return ports;
}
