import { Failure } from "../failure/failure.ts";
import type { ResolvedSettings } from "../runtime/settings/resolved-settings.ts";
import { settingSpecs } from "../runtime/settings/settings.ts";
import type { StackSettings } from "../runtime/stack/stack-settings.ts";

const places = ["brokers", "databaseUrl", "apiUrl"] as const;

/**
 * Pure. A stack that was named by hand is the one that is changed: an address that comes from the
 * shell or a file, and leads elsewhere, is a contradiction. An address given by a flag is by hand, too.
 * @param stack settings of the stack of this name; undefined when none is up.
 * @param by what named the stack.
 * @throws Failure("usage")
 */
export function demandSameSystem(
  name: string,
  stack: StackSettings | undefined,
  resolved: ResolvedSettings,
  by: "--stack" | "ORDERS_STACK" = "--stack",
): ResolvedSettings {
  const strange = places.find((key) => {
    const source = resolved.sources[key];
    const byTheWay = source === "environment" || source === "config file";
    return byTheWay && resolved.values[key] !== stack?.[key];
  });
  if (strange === undefined) return resolved;
  const { env, name: flag } = settingSpecs[strange];
  const source = resolved.sources[strange];
  const where = source === "environment" ? `${env} (or a variable like it)` : `${flag} there`;
  throw new Failure("usage", {
    what: `${by} names the stack ${name}, but the ${source} names another system: ${where}`,
    meaning:
      stack === undefined
        ? `no stack named ${name} is up, so this would have changed that other system`
        : "this would have changed that other system, not the stack",
    remedy: `unset it, or leave out ${by}, or give --${flag}`,
  });
}
