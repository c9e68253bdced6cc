import { findFreePort, requireFreePort } from "../../processes/free-port.ts";
import { kafka } from "../../services/kafka.ts";
import { postgres } from "../../services/postgres.ts";
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
 * the one it had, the default.
 */
export function planPort(
  { name, port }: EngineService,
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
  spec: StartSpec["ports"],
  statuses: readonly ServiceStatus[],
  recorded: DockerRecord["ports"] | undefined,
): Promise<DockerRecord["ports"]> {
  const choose = async (service: EngineService): Promise<number> => {
    const status = statuses.find((one) => one.service === service.name);
    const plan = planPort(service, spec[service.name], status, recorded);
    if (plan.kind === "any") return findFreePort();
    if (plan.kind === "take")
      await requireFreePort(plan.port, service.title, `--${service.port.flag}`);
    return plan.port;
  };
  return {
    kafka: await choose(kafka),
    postgres: await choose(postgres),
  };
}
