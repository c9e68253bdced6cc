import type { ResolvedSettings, SettingSource } from "./resolve-settings.ts";
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
    const shown = spec.secret === true && value !== undefined ? maskSecret(String(value)) : value;
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
 * Of a URL only what is secret is hidden, so that a person can tell which database it is; of
 * everything else nothing is shown, not even its length.
 */
export function maskSecret(secret: string): string {
  let url: URL;
  try {
    url = new URL(secret);
  } catch {
    return mask;
  }
  if (url.host === "" && url.search === "") return mask;
  if (url.password !== "") url.password = mask;
  for (const name of [...url.searchParams.keys()]) {
    if (/pass|secret|key/i.test(name)) url.searchParams.set(name, mask);
  }
  return url.href;
}
