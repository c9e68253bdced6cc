import { Failure } from "../../failure/failure.ts";
import { type SettingKey, type SettingSpec, type Settings, settingSpecs } from "./settings.ts";

/** Where a value came from, strongest first. */
export const settingSources = ["flag", "environment", "config file", "stack", "default"] as const;
export type SettingSource = (typeof settingSources)[number];

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
}

export interface ResolvedSettings {
  readonly values: Settings;
  readonly sources: Readonly<Record<SettingKey, SettingSource | undefined>>;
}

/**
 * Pure: flags beat environment beats config file beats the running stack beats defaults.
 * @throws Failure("usage") for an unknown key in the file, or a value out of its range.
 */
export function resolveSettings(layers: SettingLayers): ResolvedSettings {
  rejectUnknownKeys(layers.file);
  const environment = layers.environment ?? {};
  const values: Partial<Record<SettingKey, unknown>> = {};
  const sources: Partial<Record<SettingKey, SettingSource | undefined>> = {};
  for (const key of Object.keys(settingSpecs) as SettingKey[]) {
    const spec: SettingSpec = settingSpecs[key];
    const candidates: readonly [SettingSource, unknown, string][] = [
      ["flag", layers.flags?.[key], `--${spec.name}`],
      ["environment", fromEnvironment(key, spec, environment), spec.env],
      ["config file", layers.file?.values[spec.name], `${spec.name} in ${layers.file?.path ?? ""}`],
      ["stack", layers.stack?.[key], "the stack's state"],
      ["default", spec.default, "the default"],
    ];
    const found = candidates.find(([, value]) => value !== undefined);
    sources[key] = found?.[0];
    values[key] = found === undefined ? undefined : parse(spec, found[1], found[2]);
  }
  return { values: values as Settings, sources: sources as ResolvedSettings["sources"] };
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

/** An empty variable counts as unset, as in every shell script's `${VAR:-default}`. */
function fromEnvironment(
  key: SettingKey,
  spec: SettingSpec,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const value = environment[spec.env];
  if (value !== undefined && value !== "") return value;
  return key === "databaseUrl" ? databaseUrlFromParts(environment) : undefined;
}

/** The reference system's DB_* variables, as a URL. Only when DB_HOST says where. */
function databaseUrlFromParts(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME, DB_SSLMODE } = environment;
  if (!DB_HOST) return undefined;
  const user = encodeURIComponent(DB_USER || "postgres");
  const password = DB_PASSWORD ? `:${encodeURIComponent(DB_PASSWORD)}` : "";
  const host = DB_HOST.includes(":") ? `[${DB_HOST}]` : DB_HOST;
  const query = DB_SSLMODE ? `?sslmode=${encodeURIComponent(DB_SSLMODE)}` : "";
  return `postgresql://${user}${password}@${host}:${DB_PORT || "5432"}/${encodeURIComponent(DB_NAME || "orders")}${query}`;
}

function parse(spec: SettingSpec, value: unknown, origin: string): unknown {
  switch (spec.kind) {
    case "text":
      if (typeof value === "string" && value !== "") return value;
      return reject(spec, value, origin, "text");
    case "boolean":
      if (value === true || value === "true" || value === "1") return true;
      if (value === false || value === "false" || value === "0") return false;
      return reject(spec, value, origin, "true or false");
    case "choice":
      if (typeof value === "string" && spec.choices?.includes(value)) return value;
      return reject(spec, value, origin, `one of ${spec.choices?.join(", ")}`);
    case "integer": {
      const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = spec;
      if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max)
        return number;
      return reject(spec, value, origin, `a whole number from ${min} to ${max}`);
    }
  }
}

function reject(spec: SettingSpec, value: unknown, origin: string, expected: string): never {
  const found = spec.secret === true ? "" : `, found ${JSON.stringify(value)}`;
  throw new Failure("usage", {
    what: `${origin} must be ${expected}${found}`,
    remedy: `correct it, or leave it out for the default (${String(spec.default ?? "none")})`,
  });
}
