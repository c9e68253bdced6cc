import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SettingKey } from "../config/settings.ts";
import { stackDirectory } from "./stack-paths.ts";
import { writeJsonAtomic } from "./state-file.ts";

/** What a stack listens on: written by `orders up`, read by every command beside it. 0600. */
export type StackSettings = Partial<Record<SettingKey, string>>;

/** @returns the settings of the stack of this name, or undefined when none is up. */
export function stackSettings(stack: string): StackSettings | undefined {
  try {
    return JSON.parse(
      readFileSync(join(stackDirectory(stack), "settings.json"), "utf8"),
    ) as StackSettings;
  } catch {
    return undefined;
  }
}

export function writeStackSettings(stack: string, settings: StackSettings): void {
  writeJsonAtomic(join(stackDirectory(stack), "settings.json"), settings);
}

/** After this, commands beside the stack say that none is up. */
export function removeStackSettings(stack: string): void {
  rmSync(join(stackDirectory(stack), "settings.json"), { force: true });
}
