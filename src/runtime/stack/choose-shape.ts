import type { BringUpOptions } from "./bring-up-options.ts";
import { chooseServicePorts } from "./choose-service-ports.ts";
import { runningChildren } from "./processes/stop-children.ts";
import { readSupervisorSpec } from "./processes/supervisor-files.ts";
import { portHeirs, servicesIn } from "./services/profile.ts";
import { isInstanceOf, type Service, supervisedServices } from "./services/service.ts";
import { readStackRecord, type StackRecord } from "./stack-record.ts";

type ShapeOptions = Pick<
  BringUpOptions,
  "engine" | "why" | "onlyInfra" | "settings" | "scale" | "ports" | "profile"
> & {
  /** What it is to consist of. */
  readonly services: readonly Service[];
  /** What it may consist of. */
  readonly known: readonly Service[];
};

/** How many of what, and where they listen. */
export async function chooseShape(options: ShapeOptions, directory: string): Promise<StackRecord> {
  const former = readStackRecord(directory);
  const { engine, why, onlyInfra, settings, services, profile } = options;
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
  return { engine: engine.name, why, scale, ports: await ports(), profile, topic, group };

  async function ports(): Promise<StackRecord["ports"]> {
    if (onlyInfra)
      return former?.ports ?? Object.fromEntries(supervised.map(({ name }) => [name, []]));
    const asked = options.ports;
    const before = servicesIn(former?.profile, options.known);
    const heirs = portHeirs(before, services);
    const recorded = Object.fromEntries(
      [...heirs].map(([heir, name]) => [heir, former?.ports[name] ?? []]),
    );
    const keeps = (process: string) =>
      [...heirs].some(([heir, name]) => heir === name && isInstanceOf({ name }, process));
    return chooseServicePorts({
      ...{ services, scale, asked, recorded },
      running: new Map([...running].filter(([name]) => keeps(name))),
      leaving: new Set([...running].filter(([name]) => !keeps(name)).map(([, port]) => port)),
    });
  }
}
