import { engineServices, type Service, supervisedServices } from "./services/service.ts";

/** How a boot tells what it does: told by bring-up, shown by show/. */

/** A service's name, or what is done to what the engine brings: "topics", "database". */
export type BootStep = string;

/** `done` once per step at most; a step that does not apply is never mentioned. */
export type BootProgress = (step: BootStep, doing: string, done?: boolean) => void;

/** Pure: what a boot goes through, with the names that people know. */
export function bootSteps(
  services: readonly Service[],
  { onlyInfra }: { readonly onlyInfra: boolean },
): readonly { readonly step: BootStep; readonly title: string }[] {
  const named = ({ name, title }: Service) => ({ step: name, title });
  return [
    ...engineServices(services).map(named),
    { step: "topics", title: "Topics" },
    { step: "database", title: "Tables and products" },
    ...(onlyInfra ? [] : supervisedServices(services).map(named)),
  ];
}
