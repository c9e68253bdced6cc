import type { ResolvedSettings } from "../settings/resolved-settings.ts";
import {
  kafkaSecurityKeys,
  type SettingKey,
  type Settings,
  settingSpecs,
} from "../settings/settings.ts";
import type { Endpoints, EngineName } from "./engines/engine.ts";
import type { UrlSetting } from "./services/service.ts";
import type { StackSettings } from "./stack-settings.ts";

/** A person says these of brokers that we did not start. Those of our own engines say them themselves. */
const securityKeys: readonly SettingKey[] = kafkaSecurityKeys;

/** Stay with the stack until it goes down or another is asked for: what runs beside it uses them, too. */
const stackKeys: readonly SettingKey[] = ["strategy"];

/** Said to the engine, which says what has come of it. */
const engineKeys: readonly SettingKey[] = ["kafkaAuth"];

const placeKeys: readonly SettingKey[] = [
  "brokers",
  "databaseUrl",
  "apiUrl",
  "shopUrl",
  "gatewayUrl",
];

export interface PipelineSettings {
  /** For clients in this process. */
  readonly values: Settings;
  /** For the stack's pipeline: everything that a person set, and where things are. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the commands beside the stack. */
  readonly stack: StackSettings;
}

/**
 * Pure: what `up` was told, pointed at the engine's endpoints.
 * @param urls of what the pipeline serves; none of what is not started.
 */
export function pipelineSettings(
  { values, sources }: ResolvedSettings,
  engine: EngineName,
  endpoints: Endpoints,
  urls: Partial<Record<UrlSetting, string>>,
): PipelineSettings {
  const dropped = new Set<SettingKey>(engine === "external" ? [] : securityKeys);
  const login = loginOf(endpoints);
  const places = {
    brokers: endpoints.brokers,
    databaseUrl: endpoints.databaseUrl,
    ...urls,
  };
  const told = (Object.keys(settingSpecs) as SettingKey[]).filter((key) => {
    const source = sources[key];
    const byHand = source !== undefined && source !== "default" && source !== "stack";
    const isElsewhere = placeKeys.includes(key) || engineKeys.includes(key);
    return (byHand || stackKeys.includes(key)) && !dropped.has(key) && !isElsewhere;
  });
  const environment: Record<string, string> = {};
  const { kafkaAuth } = endpoints;
  const stack: StackSettings = { ...places, ...login, ...(kafkaAuth && { kafkaAuth }) };
  for (const key of told) {
    environment[settingSpecs[key].env] = String(values[key]);
    if (securityKeys.includes(key) || stackKeys.includes(key)) stack[key] = String(values[key]);
  }
  for (const [key, value] of Object.entries({ ...places, ...login })) {
    environment[settingSpecs[key as SettingKey].env] = value;
  }
  const plain = Object.fromEntries([...dropped].map((key) => [key, undefined]));
  return {
    values: {
      ...values,
      ...plain,
      ...login,
      kafkaTls: dropped.size === 0 && values.kafkaTls,
      ...places,
    },
    environment,
    stack,
  };
}

/**
 * Pure: what the stack's record says after this `up`. How to log in is kept only for brokers that are
 * still the same and are not ours: those of an engine have said it now.
 * @param gone what this stack has no more.
 */
export function stackSettingsAfter(
  engine: EngineName,
  before: StackSettings | undefined,
  now: StackSettings,
  gone: readonly SettingKey[] = [],
): StackSettings {
  const keepLogin = engine === "external" && before?.brokers === now.brokers;
  const kept = Object.entries(before ?? {}).filter(
    ([key]) =>
      !gone.includes(key as SettingKey) && (keepLogin || !securityKeys.includes(key as SettingKey)),
  );
  return { ...Object.fromEntries(kept), ...now };
}

function loginOf({ kafkaLogin }: Endpoints) {
  if (kafkaLogin === undefined) return {};
  const { mechanism, username, password } = kafkaLogin;
  return {
    kafkaSaslMechanism: mechanism,
    kafkaSaslUsername: username,
    kafkaSaslPassword: password,
  } as const;
}
