import { execFileSync } from "node:child_process";

const withinMs = 2_000;

/**
 * What is checked out in a directory, `-dirty` where files were changed since. Asks only: nothing of
 * the repository's own configuration is run, and its index is left alone.
 * @returns undefined where there is no repository, no git, or no answer within 2 s.
 */
export function gitRevision(directory: string): string | undefined {
  const describe = ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"];
  try {
    const text = execFileSync("git", ["-C", directory, "-c", "core.fsmonitor=false", ...describe], {
      encoding: "utf8",
      timeout: withinMs,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
    }).trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}
