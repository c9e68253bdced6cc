import { formatDatabaseUrl, parseDatabaseUrl } from "./database-address.ts";
import type { ResolvedSettings, SettingSource } from "./resolved-settings.ts";
import { type SettingKey, type SettingSpec, settingSpecs } from "./settings.ts";

export interface ShownSetting {
  /** Key in the config file; `--name` is its flag. */
  readonly name: string;
  readonly env: string;
  /** null while nothing gives it; secrets are masked. */
  readonly value: string | number | boolean | null;
  readonly source: SettingSource | null;
  readonly summary: string;
}

/** Pure. Every setting with what is in force, in the order of the table of settings. */
export function showSettings(resolved: ResolvedSettings): readonly ShownSetting[] {
  return (Object.keys(settingSpecs) as SettingKey[]).map((key) => {
    const spec: SettingSpec = settingSpecs[key];
    const value = resolved.values[key];
    const shown =
      spec.secret === true && value !== undefined ? maskSecret(spec.kind, String(value)) : value;
    return {
      name: spec.name,
      env: spec.env,
      value: shown ?? null,
      source: resolved.sources[key] ?? null,
      summary: spec.summary,
    };
  });
}

const mask = "****";

/**
 * Of a database's address only what is secret is hidden, so that a person can tell which database it
 * is; of everything else nothing is shown, not even its length.
 */
export function maskSecret(kind: SettingSpec["kind"], secret: string): string {
  const parsed = kind === "database-url" ? parseDatabaseUrl(secret) : undefined;
  if (parsed === undefined || "expected" in parsed) return mask;
  const { value } = parsed;
  return formatDatabaseUrl(value.password === undefined ? value : { ...value, password: mask });
}
