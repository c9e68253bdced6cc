import { renameSync } from "node:fs";
import { join } from "node:path";
import type { SettingKey } from "../settings/settings.ts";
import { stackDirectory } from "./stack-paths.ts";
import { readJson, writeJsonAtomic } from "./state-file.ts";

/** What a stack listens on: written by `orders up`, read by every command beside it. 0600. */
export type StackSettings = Partial<Record<SettingKey, string>>;

/** @returns the settings of the stack of this name, or undefined when none is up. */
export function stackSettings(stack: string): StackSettings | undefined {
  return readJson<StackSettings>(join(stackDirectory(stack), "settings.json"));
}

export function writeStackSettings(stack: string, settings: StackSettings): void {
  writeJsonAtomic(join(stackDirectory(stack), "settings.json"), settings);
}

/** After this, commands beside the stack say that none is up. */
export function removeStackSettings(stack: string): void {
  const directory = stackDirectory(stack);
  try {
    renameSync(join(directory, "settings.json"), join(directory, "settings.former.json"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/**
 * What a stack listens on, or listened on before it went down: a shell that was pointed at it still
 * names these addresses, and an external stack comes up on them again.
 */
export function lastStackSettings(stack: string): StackSettings | undefined {
  return (
    stackSettings(stack) ??
    readJson<StackSettings>(join(stackDirectory(stack), "settings.former.json"))
  );
}
