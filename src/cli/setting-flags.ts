import * as Flags from "@oclif/core/flags";
import type { FlagInput } from "@oclif/core/interfaces";
import { type SettingKey, type SettingSpec, settingSpecs } from "../runtime/settings/settings.ts";

/** How to reach brokers that are not plain. The password comes from the environment or the config file: a flag would show it in `ps`. */
export const kafkaSecurityFlags = [
  "kafkaTls",
  "kafkaCaFile",
  "kafkaSaslMechanism",
  "kafkaSaslUsername",
] as const satisfies readonly SettingKey[];

/** To ask PostgreSQL. */
export const databaseFlags = [
  "databaseUrl",
  "connectTimeoutMs",
  "statementTimeoutMs",
] as const satisfies readonly SettingKey[];

/** To ask Kafka. */
export const kafkaFlags = [
  "brokers",
  "connectTimeoutMs",
  "requestTimeoutMs",
  ...kafkaSecurityFlags,
] as const satisfies readonly SettingKey[];

/** To ask both. */
export const pipelineFlags = [
  "brokers",
  "databaseUrl",
  "connectTimeoutMs",
  "requestTimeoutMs",
  "statementTimeoutMs",
  ...kafkaSecurityFlags,
] as const satisfies readonly SettingKey[];

/** What a consumer and the services it works on need; the dead letters' topic and the group are `consume`'s own. */
export const consumerFlags = [
  "workers",
  "batch",
  "brokers",
  "databaseUrl",
  "compression",
  "fetchBytes",
  "fetchPartitionBytes",
  "expandedBatchBytes",
  "sessionTimeoutMs",
  "connectTimeoutMs",
  "requestTimeoutMs",
  "poolSize",
  "statementTimeoutMs",
  "lockTimeoutMs",
  ...kafkaSecurityFlags,
] as const satisfies readonly SettingKey[];

/** Who reads a topic into the database and writes no messages needs these. */
export const readerFlags = consumerFlags.filter((key) => key !== "compression");

/**
 * Flags for the settings a command uses. They carry no oclif default and no oclif env: precedence
 * (flag, environment, config file, stack, default) is decided in one place, resolveSettings.
 */
export function settingFlags(...keys: readonly SettingKey[]): FlagInput {
  return Object.fromEntries(
    keys.map((key) => [settingSpecs[key].name, settingFlag(settingSpecs[key])]),
  );
}

/** @returns the settings among parsed flags, by key. */
export function settingsFromFlags(
  flags: Readonly<Record<string, unknown>>,
): Partial<Record<SettingKey, unknown>> {
  const keys = Object.keys(settingSpecs) as SettingKey[];
  return Object.fromEntries(
    keys
      .map((key) => [key, flags[settingSpecs[key].name]])
      .filter(([, value]) => value !== undefined),
  );
}

function settingFlag(spec: SettingSpec) {
  const fallback =
    spec.default === undefined || spec.default === false ? "" : `, default ${spec.default}`;
  const summary = `${spec.summary} [env: ${spec.env}${fallback}]`;
  const helpGroup = "SETTINGS";
  if (spec.kind === "boolean") return Flags.boolean({ summary, helpGroup, allowNo: true });
  if (spec.kind === "choice")
    return Flags.string({ summary, helpGroup, options: [...(spec.choices ?? [])] });
  return Flags.string({ summary, helpGroup, helpValue: spec.kind === "integer" ? "N" : "TEXT" });
}
