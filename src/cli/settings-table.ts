import { plainTable } from "../report/plain-table.ts";

export interface SettingsTableRow {
  readonly name: string;
  readonly env: string;
  readonly value: string | number | boolean | null;
  readonly source: string | null;
}

/** @param width characters in a line of the terminal; undefined where there is none. */
export function settingsTable(
  settings: readonly SettingsTableRow[],
  width: number | undefined,
): string {
  return plainTable(
    [{ name: "setting" }, { name: "value" }, { name: "source" }, { name: "environment" }],
    settings.map(({ name, value, source, env }) => [
      name,
      value === null ? "(not set)" : String(value),
      source ?? "",
      env,
    ]),
    { width },
  );
}
