import type { ResolvedSettings } from "../config/resolve-settings.ts";
import {
  kafkaSecurityKeys,
  type SettingKey,
  type Settings,
  settingSpecs,
} from "../config/settings.ts";
import type { Endpoints, EngineName } from "../engines/engine.ts";
import type { StackSettings } from "../stack/stack-settings.ts";

/** How to reach brokers that we did not start. Those of our own engines are plain, on loopback. */
const securityKeys: readonly SettingKey[] = kafkaSecurityKeys;

/** Stay with the stack until it goes down or another is asked for: what runs beside it uses them, too. */
const stackKeys: readonly SettingKey[] = ["strategy"];

const placeKeys: readonly SettingKey[] = ["brokers", "databaseUrl", "apiUrl"];

export interface PipelineSettings {
  /** For clients in this process. */
  readonly values: Settings;
  /** For the stack's API and consumers: everything that a person set, and where things are. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the commands beside the stack. */
  readonly stack: StackSettings;
}

/**
 * Pure: what `up` was told, pointed at the engine's endpoints.
 * @param apiUrl of the first API; undefined when none is started.
 */
export function pipelineSettings(
  { values, sources }: ResolvedSettings,
  engine: EngineName,
  endpoints: Endpoints,
  apiUrl: string | undefined,
): PipelineSettings {
  const dropped = new Set<SettingKey>(engine === "external" ? [] : securityKeys);
  const places = {
    brokers: endpoints.brokers,
    databaseUrl: endpoints.databaseUrl,
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
  const told = (Object.keys(settingSpecs) as SettingKey[]).filter((key) => {
    const source = sources[key];
    const byHand = source !== undefined && source !== "default" && source !== "stack";
    return (byHand || stackKeys.includes(key)) && !dropped.has(key) && !placeKeys.includes(key);
  });
  const environment: Record<string, string> = {};
  const stack: StackSettings = { ...places };
  for (const key of told) {
    environment[settingSpecs[key].env] = String(values[key]);
    if (securityKeys.includes(key) || stackKeys.includes(key)) stack[key] = String(values[key]);
  }
  for (const [key, value] of Object.entries(places)) {
    environment[settingSpecs[key as SettingKey].env] = value;
  }
  const plain = Object.fromEntries([...dropped].map((key) => [key, undefined]));
  return {
    values: { ...values, ...plain, kafkaTls: dropped.size === 0 && values.kafkaTls, ...places },
    environment,
    stack,
  };
}
