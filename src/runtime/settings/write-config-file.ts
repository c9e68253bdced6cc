import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { cannotWrite, writeTrouble } from "../../failure/write-trouble.ts";
import { type SettingSpec, settingSpecs } from "./settings.ts";

/**
 * Writes a config file in which every key stands commented out at its default. Readable by its
 * owner alone, since passwords belong into it. A file that exists is left alone without `force`;
 * with it, it is replaced in one step.
 * @returns the absolute path.
 */
export function writeConfigFile(path: string, force: boolean): string {
  const target = resolve(path);
  const fresh = `${target}.${randomUUID()}`;
  try {
    makeDirectory(dirname(target));
    writeFileSync(fresh, configFileText(), { mode: 0o600, flag: "wx" });
    // link refuses an existing target, rename replaces it; neither leaves half a file behind.
    if (force) renameSync(fresh, target);
    else linkSync(fresh, target);
    return target;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "EEXIST") {
      throw new Failure("usage", {
        what: `${target} exists already`,
        remedy: "edit it, name another path, or replace it with --force",
      });
    }
    if (writeTrouble(cause) !== undefined)
      throw cannotWrite(target, cause, "it is as it was before");
    throw new Failure(
      "environment",
      { what: `${target} cannot be written (${code})`, remedy: "name a path that you may write" },
      { cause },
    );
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Not mkdir's `recursive`: it never returns where a directory cannot have entries, as in /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Pure. Removing the `# ` before every key gives a file that means the same as none at all. */
export function configFileText(): string {
  const head = [
    "# Settings of orders. Flags beat the environment, the environment beats this file, this file",
    "# beats the running stack, and that beats the defaults. `orders config show` says which won.",
    "# In force: the file named by --config or ORDERS_CONFIG, else ./orders.toml, else",
    "# $XDG_CONFIG_HOME/orders/config.toml. Keep it to yourself when it holds a password.",
  ];
  const entries = Object.values(settingSpecs).map((spec: SettingSpec) =>
    [
      `# ${spec.summary}${spec.summary.endsWith(".") ? "" : "."}`,
      `# Environment: ${spec.env}.${limitsOf(spec)}`,
      keyLine(spec),
    ].join("\n"),
  );
  return `${[head.join("\n"), ...entries].join("\n\n")}\n`;
}

function keyLine(spec: SettingSpec): string {
  // Without a default there is no value that would mean the same as none.
  if (spec.default === undefined)
    return `## ${spec.name} = ${spec.kind === "boolean" ? "true" : '"…"'}`;
  return `# ${spec.name} = ${JSON.stringify(spec.default)}`;
}

function limitsOf(spec: SettingSpec): string {
  if (spec.choices !== undefined) return ` One of ${spec.choices.join(", ")}.`;
  if (spec.min !== undefined && spec.max !== undefined) return ` ${spec.min} to ${spec.max}.`;
  return spec.default === undefined ? " No default." : "";
}
