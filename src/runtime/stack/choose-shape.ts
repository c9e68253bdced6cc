import type { BringUpOptions } from "./bring-up-options.ts";
import { chooseServicePorts } from "./choose-service-ports.ts";
import { runningChildren } from "./processes/stop-children.ts";
import { readSupervisorSpec } from "./processes/supervisor-files.ts";
import { type Service, supervisedServices } from "./services/service.ts";
import { readStackRecord, type StackRecord } from "./stack-record.ts";

type ShapeOptions = Pick<
  BringUpOptions,
  "engine" | "why" | "onlyInfra" | "settings" | "scale" | "ports"
> & { readonly services: readonly Service[] };

/** How many of what, and where they listen. */
export async function chooseShape(options: ShapeOptions, directory: string): Promise<StackRecord> {
  const former = readStackRecord(directory);
  const { engine, why, onlyInfra, settings, services } = options;
  const { topic, group } = settings.values;
  const supervised = supervisedServices(services);
  const scale = Object.fromEntries(
    supervised.map(({ name, instances }) => [
      name,
      options.scale[name] ?? former?.scale[name] ?? instances,
    ]),
  );
  const specs = readSupervisorSpec(directory)?.children ?? [];
  const running = new Map(
    runningChildren(directory).flatMap(({ name }) => {
      const port = specs.find((spec) => spec.name === name)?.port;
      return port === undefined ? [] : [[name, port] as const];
    }),
  );
  return { engine: engine.name, why, scale, ports: await ports(), topic, group };

  async function ports(): Promise<StackRecord["ports"]> {
    if (onlyInfra)
      return former?.ports ?? Object.fromEntries(supervised.map(({ name }) => [name, []]));
    const asked = options.ports;
    return chooseServicePorts({ services, scale, asked, recorded: former?.ports, running });
  }
}
