import type { Program } from "../lifecycle/processes/own-program.ts";
import type { ChildSpec } from "./processes/child-spec.ts";
import {
  instanceName,
  localUrl,
  type Service,
  type StackEnvironment,
  supervisedServices,
  type UrlSetting,
} from "./services/service.ts";

export interface ServiceChildrenOptions {
  readonly services: readonly Service[];
  readonly directory: string;
  readonly stack: string;
  /** By service; the n-th is that of its n-th process. */
  readonly ports: Readonly<Record<string, readonly number[]>>;
  /** Settings and passwords go here, never into arguments. */
  readonly environment: Omit<StackEnvironment, "urls">;
  /** How a command of ours is run. */
  readonly program: (args: readonly string[]) => Program;
}

/** Pure: where commands beside the stack find its services, for its settings: the first of each. */
export function serviceUrls(
  services: readonly Service[],
  ports: ServiceChildrenOptions["ports"],
): Partial<Record<UrlSetting, string>> {
  return Object.fromEntries(
    Object.entries(allUrls(services, ports)).flatMap(([key, [first]]) =>
      first === undefined ? [] : [[key, first]],
    ),
  );
}

function allUrls(
  services: readonly Service[],
  ports: ServiceChildrenOptions["ports"],
): StackEnvironment["urls"] {
  return Object.fromEntries(
    supervisedServices(services).flatMap(({ name, urlSetting }) => {
      const own = ports[name] ?? [];
      return urlSetting === undefined || own.length === 0 ? [] : [[urlSetting, own.map(localUrl)]];
    }),
  );
}

/** Pure: the settings by which commands find them. */
export function urlSettings(services: readonly Service[]): readonly UrlSetting[] {
  return supervisedServices(services).flatMap(({ urlSetting }) => urlSetting ?? []);
}

/** Pure: the processes of all services that the supervisor keeps running. */
export function serviceChildren(options: ServiceChildrenOptions): readonly ChildSpec[] {
  const { services, directory, stack, ports, program } = options;
  const { DATABASE_URL: _, ...settings } = options.environment.settings;
  const environment = { ...options.environment, settings, urls: allUrls(services, ports) };
  return supervisedServices(services).flatMap((service) =>
    (ports[service.name] ?? []).map(
      (port, index): ChildSpec => ({
        name: instanceName(service, index),
        ...program(service.command(port)),
        env: {
          ...service.environment(environment),
          ORDERS_STACK: stack,
        },
        cwd: directory,
        stopSignal: service.stop.signal,
        stopGraceMs: service.stop.graceMs,
        port,
        readyUrl: `${localUrl(port)}/ready`,
      }),
    ),
  );
}
