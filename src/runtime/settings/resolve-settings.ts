import { dirname } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { withAbsoluteFiles } from "./database-address.ts";
import { completeDatabaseUrl, databaseUrlFromParts } from "./database-variables.ts";
import { parseSetting } from "./parse-setting.ts";
import { refuseContradictions } from "./refuse-contradictions.ts";
import type { ResolvedSettings, SettingSource } from "./resolved-settings.ts";
import {
  kafkaSecurityKeys,
  type SettingKey,
  type SettingSpec,
  type Settings,
  settingSpecs,
} from "./settings.ts";

export interface SettingLayers {
  /** Parsed flags by setting key. */
  readonly flags?: Readonly<Partial<Record<SettingKey, unknown>>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The config file's keys are the flags' names. */
  readonly file?:
    | { readonly path: string; readonly values: Readonly<Record<string, unknown>> }
    | undefined;
  /** What the stack of this name listens on, when one was brought up. */
  readonly stack?: Readonly<Partial<Record<SettingKey, string>>> | undefined;
  /** The stack's Kafka and PostgreSQL were started by `orders up`, not given from outside. */
  readonly stackIsOurs?: boolean;
  /** Where relative paths of flags and the environment begin; default: the working directory. */
  readonly directory?: string;
}

/**
 * Pure: flags beat environment beats config file beats the running stack beats defaults. Whatever
 * can be seen to be wrong without opening anything is refused here, wherever it came from.
 * @throws Failure("usage") for an unknown key in the file, a value out of its range, an address
 * that is none, and settings that contradict each other.
 */
export function resolveSettings(layers: SettingLayers): ResolvedSettings {
  rejectUnknownKeys(layers.file);
  const environment = layers.environment ?? {};
  const directory = layers.directory ?? process.cwd();
  const values: Partial<Record<SettingKey, unknown>> = {};
  let away = awayOf(undefined, layers);
  const sources: Partial<Record<SettingKey, SettingSource | undefined>> = {};
  for (const key of Object.keys(settingSpecs) as SettingKey[]) {
    const spec: SettingSpec = settingSpecs[key];
    const found = candidatesFor(key, spec, layers).find(
      ({ source, value }) => value !== undefined && !(isSecurity(key) && away.includes(source)),
    );
    sources[key] = found?.source;
    if (found === undefined) continue;
    const beside = found.source === "config file" ? dirname(layers.file?.path ?? "") : directory;
    const value = parseSetting(spec, found.value, { name: found.name, directory: beside });
    const byHand = found.source !== "stack" && found.source !== "default";
    values[key] =
      key === "databaseUrl" && byHand
        ? withAbsoluteFiles(completeDatabaseUrl(String(value), environment), beside)
        : value;
    if (key === "brokers") away = awayOf(String(value), layers);
  }
  const resolved = { values: values as Settings, sources: sources as ResolvedSettings["sources"] };
  refuseContradictions(resolved);
  return resolved;
}

/**
 * Who has nothing to say of how these brokers are logged in to (brokers come first in the table). The
 * shell's and the config file's login at some broker of the user's is not for the brokers that we
 * started: these are spoken to as the stack says. And the stack's login is for its brokers alone, also
 * where `status --env` has put it into the shell.
 */
function awayOf(
  brokers: string | undefined,
  { stack, stackIsOurs, environment }: SettingLayers,
): readonly SettingSource[] {
  if (brokers !== undefined && brokers === stack?.brokers)
    return stackIsOurs === true ? ["environment", "config file"] : [];
  const { kafkaSaslPassword: password } = stack ?? {};
  const { env } = settingSpecs.kafkaSaslPassword;
  const exported = password !== undefined && environment?.[env] === password;
  return exported ? ["stack", "environment"] : ["stack"];
}

function isSecurity(key: SettingKey): boolean {
  return kafkaSecurityKeys.some((one) => one === key);
}

interface Candidate {
  readonly source: SettingSource;
  readonly value: unknown;
  /** What a person would correct. */
  readonly name: string;
}

function candidatesFor(
  key: SettingKey,
  spec: SettingSpec,
  { flags, environment = {}, file, stack }: SettingLayers,
): readonly Candidate[] {
  // An empty variable counts as unset, as in every shell script's `${VAR:-default}`.
  const variable = environment[spec.env] || undefined;
  const flag = flags?.[key];
  // Only where nothing stronger is given: parts that nobody uses cannot be wrong.
  const parts =
    key === "databaseUrl" && flag === undefined && variable === undefined
      ? databaseUrlFromParts(environment)
      : undefined;
  return [
    { source: "flag", value: flag, name: `--${spec.name}` },
    { source: "environment", value: variable ?? parts, name: spec.env },
    {
      source: "config file",
      value: file?.values[spec.name],
      name: `${spec.name} in ${file?.path ?? ""}`,
    },
    { source: "stack", value: stack?.[key], name: `the stack's ${spec.name}` },
    { source: "default", value: spec.default, name: "the default" },
  ];
}

function rejectUnknownKeys(file: SettingLayers["file"]): void {
  if (file === undefined) return;
  const known = new Set<string>(Object.values(settingSpecs).map((spec) => spec.name));
  const unknown = Object.keys(file.values).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new Failure("usage", {
    what: `${file.path} has a key that does not exist: ${unknown.join(", ")}`,
    meaning: "a setting with a wrong name would silently do nothing",
    remedy: "`orders config show` lists every key; correct it or remove it",
  });
}
