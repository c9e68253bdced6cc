import { engineServices, type Service, supervisedServices } from "./services/service.ts";

/** Pure: what a boot goes through, with the names that people know. */
export function bootSteps(
  services: readonly Service[],
  { onlyInfra }: { readonly onlyInfra: boolean },
): readonly { readonly step: string; readonly title: string }[] {
  const named = ({ name, title }: Service) => ({ step: name, title });
  return [
    ...engineServices(services).map(named),
    ...engineServices(services).flatMap(({ steps }) => steps),
    ...(onlyInfra ? [] : supervisedServices(services).map(named)),
  ];
}
