import type { SettingKey, Settings } from "./settings.ts";

/** Where a value came from, strongest first. */
export const settingSources = ["flag", "environment", "config file", "stack", "default"] as const;

export type SettingSource = (typeof settingSources)[number];

export interface ResolvedSettings {
  readonly values: Settings;
  readonly sources: Readonly<Record<SettingKey, SettingSource | undefined>>;
}
