import type { Needs } from "./needs.ts";
import { type Service, type StackProfile, supervisedServices } from "./service.ts";

/**
 * Pure: what a stack of this profile is made of. A port that one of the profile claims is the
 * profile's: who had it in a plain stack takes any that is free.
 * @param profile undefined: a plain stack.
 */
export function servicesIn(
  profile: StackProfile | undefined,
  services: readonly Service[],
): readonly Service[] {
  const present = services.filter((each) => {
    const own = profileOf(each);
    return own === undefined || own === profile;
  });
  const claimed = new Set(
    present.filter((each) => profileOf(each) !== undefined).map((each) => flagOf(each)),
  );
  return present
    .map((each) => toldOf(profile, each))
    .map((each) =>
      each.stage === "supervised" && each.profile === undefined && claimed.has(flagOf(each) ?? "")
        ? { ...each, port: "free" as const }
        : each,
    );
}

/**
 * Pure: whose ports each supervised service takes over when a stack changes its profile: of the one
 * that had the same flag. Any free port is kept only where any was taken before.
 * @returns names, by name of the service that takes over.
 */
export function portHeirs(
  before: readonly Service[],
  now: readonly Service[],
): ReadonlyMap<string, string> {
  const former = supervisedServices(before);
  return new Map(
    supervisedServices(now).flatMap((each) => {
      const flag = flagOf(each);
      const from =
        former.find(({ name, port }) => name === each.name && flagOf({ port }) === flag) ??
        former.find(({ port }) => flag !== undefined && flagOf({ port }) === flag);
      return from === undefined ? [] : [[each.name, from.name] as const];
    }),
  );
}

/** Pure: each topic and each set of tables once. */
export function needsOf(services: readonly Service[]): Needs {
  const needs = supervisedServices(services).flatMap((each) => each.needs ?? []);
  const topics = new Map(
    needs.flatMap((each) => (each.topics ?? []).map((spec) => [spec.topic, spec] as const)),
  );
  return {
    topics: [...topics.values()],
    tables: [...new Set(needs.flatMap(({ tables }) => tables ?? []))],
  };
}

/** With what it does besides in a stack of this profile. */
function toldOf(profile: StackProfile | undefined, service: Service): Service {
  if (service.stage !== "supervised" || profile === undefined) return service;
  const { inProfile, ...told } = service;
  const more = inProfile?.[profile];
  if (more === undefined) return service;
  return { ...told, command: (port) => [...service.command(port), ...more] };
}

function flagOf({ port }: Pick<Service, "port">): string | undefined {
  return port === "free" ? undefined : port.flag;
}

function profileOf(service: Service): StackProfile | undefined {
  return service.stage === "supervised" ? service.profile : undefined;
}
