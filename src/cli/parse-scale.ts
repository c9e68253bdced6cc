import { Failure } from "../failure/failure.ts";
import {
  instancesMax,
  type Service,
  supervisedServices,
} from "../runtime/stack/services/service.ts";
import { services as allServices } from "../runtime/stack/services/services.ts";

/** Pure: `--scale consumer=3 --scale api=2`. */
export function parseScale(
  values: readonly string[],
  services: readonly Service[] = allServices,
): Readonly<Record<string, number>> {
  const names = supervisedServices(services).map(({ name }) => name);
  const scale: Record<string, number> = {};
  for (const value of values) {
    const [, service = "", count] = /^([a-z-]+)=(\d{1,4})$/.exec(value) ?? [];
    if (!names.includes(service) || Number(count) > instancesMax) {
      throw new Failure("usage", {
        what: `--scale ${value} is not understood`,
        remedy: `write ${scaleText(names)}, N from 0 to ${instancesMax}`,
      });
    }
    scale[service] = Number(count);
  }
  return scale;
}

/** consumer=N or api=N: the last of the pipeline first, it is the one that is scaled most. */
export function scaleText(names: readonly string[]): string {
  const each = names.toReversed().map((name) => `${name}=N`);
  const last = each.pop();
  return each.length === 0 ? `${last}` : `${each.join(", ")} or ${last}`;
}
