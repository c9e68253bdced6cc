import { Failure } from "../failure/failure.ts";
import type { ResolvedSettings } from "../runtime/settings/resolved-settings.ts";
import { type SettingKey, type Settings, settingSpecs } from "../runtime/settings/settings.ts";
import type { EngineName } from "../runtime/stack/engines/engine.ts";

/** Where a system is, and how to get in. */
const places = ["brokers", "databaseUrl", "apiUrl"] as const satisfies readonly SettingKey[];
const security = [
  "kafkaTls",
  "kafkaCaFile",
  "kafkaSaslMechanism",
  "kafkaSaslUsername",
  "kafkaSaslPassword",
] as const satisfies readonly SettingKey[];

export interface OwnSettings {
  readonly settings: ResolvedSettings;
  /** Names of what the shell or a file says of another system, and what is therefore left aside. */
  readonly leftAside: readonly string[];
}

/**
 * Pure. A verification makes a stack of its own: addresses in the shell, as after
 * `eval "$(orders status --env)"`, are not asked for. Only `--engine external --i-own-this` means them.
 * @throws Failure("usage") for external services without the one flag or the other.
 */
export function ownSettings(
  resolved: ResolvedSettings,
  asked: { readonly engine: EngineName | "auto"; readonly iOwnThis: boolean },
): OwnSettings {
  const { sources, values } = resolved;
  if (asked.engine === "external") {
    if (asked.iOwnThis) return { settings: resolved, leftAside: [] };
    throw new Failure("usage", {
      what: "--engine external lets a verification load services that orders did not start",
      meaning: "its orders stay in the tables there, and a product's stock is changed for a while",
      remedy:
        "leave out --engine for a stack of its own; if they are yours to load, add --i-own-this",
    });
  }
  const named = places.filter((key) => sources[key] === "flag");
  if (named.length > 0) {
    throw new Failure("usage", {
      what: `--${named.map((key) => settingSpecs[key].name).join(" and --")} names a system, but a verification makes one of its own`,
      remedy:
        "leave it out, or give --engine external --i-own-this if that system is yours to load",
    });
  }
  const dropped: readonly SettingKey[] = [...places, ...security];
  const told = (key: SettingKey) => sources[key] !== undefined && sources[key] !== "default";
  return {
    settings: {
      values: {
        ...values,
        ...Object.fromEntries(dropped.map((key) => [key, plain[key]])),
      } as Settings,
      sources: { ...sources, ...Object.fromEntries(dropped.map((key) => [key, undefined])) },
    },
    leftAside: places
      .filter((key) => told(key) && sources[key] !== "stack")
      .map((key) => settingSpecs[key].env),
  };
}

const plain: Partial<Settings> = { kafkaTls: false };
