import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "smol-toml";
import { Failure } from "../../failure/failure.ts";

export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The config file in force: the one named, else ./orders.toml, else
 * $XDG_CONFIG_HOME/orders/config.toml, else none. Never merged: one file says it all.
 * @throws Failure("usage") when it is named but missing, unreadable or not TOML.
 */
export function readConfigFile(named: string | undefined): ConfigFile | undefined {
  const path =
    named === undefined ? [localConfigPath(), userConfigPath()].find(existsSync) : resolve(named);
  if (path === undefined) return undefined;
  try {
    return { path, values: parse(readFileSync(path, "utf8")) };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new Failure(
      "usage",
      {
        what: `the config file ${path} cannot be used: ${reason}`,
        remedy: "correct it, or write a fresh one with `orders config init`",
      },
      { cause },
    );
  }
}

export function localConfigPath(): string {
  return resolve("orders.toml");
}

function userConfigPath(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "orders", "config.toml");
}
