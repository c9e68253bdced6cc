import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, hostname, loadavg } from "node:os";
import type { Origin } from "../../report/origin.ts";
import { settingSpecs } from "../../runtime/settings/settings.ts";
import { shippedFile } from "../../runtime/settings/shipped-file.ts";
import { maskSecret } from "../../runtime/settings/show-settings.ts";

const gitWithinMs = 2_000;

/** To be asked before the bench itself loads the machine. */
export function describeOrigin(args: readonly string[]): Origin {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    version: (JSON.parse(readFileSync(shippedFile("package.json"), "utf8")) as { version: string })
      .version,
    commit: commitOfCheckout(),
    command: commandText(args),
    host: hostname(),
    cores: availableParallelism(),
    loadAverage: [one, five, fifteen],
    beganAt: new Date(),
  };
}

/** Only of our own checkout: an installed package lies inside somebody else's. */
function commitOfCheckout(): string | undefined {
  if (!existsSync(shippedFile(".git"))) return undefined;
  try {
    const args = ["-C", shippedFile("."), "describe", "--always", "--dirty", "--abbrev=12"];
    return execFileSync("git", [...args, "--exclude=*"], {
      encoding: "utf8",
      timeout: gitWithinMs,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Pure: the command line as a shell takes it, with what is secret in it masked. */
export function commandText(args: readonly string[]): string {
  const secretFlags = Object.values(settingSpecs).flatMap((spec) =>
    "secret" in spec && spec.secret ? [`--${spec.name}`] : [],
  );
  const shown = args.map((arg, index) => {
    const before = args[index - 1];
    if (before !== undefined && secretFlags.includes(before))
      return maskSecret("database-url", arg);
    const [, flag, value] = /^(--[a-z-]+)=(.*)$/su.exec(arg) ?? [];
    if (flag !== undefined && value !== undefined && secretFlags.includes(flag))
      return `${flag}=${maskSecret("database-url", value)}`;
    return arg;
  });
  return ["orders", ...shown.map(quoted)].join(" ");
}

function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
