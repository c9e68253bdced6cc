import { homedir, userInfo } from "node:os";

/** Nobody's directory: what wants to be written there fails with its path, and names the variable. */
const noHome = "/nonexistent";

/**
 * In many containers the user is a mere number without an entry in /etc/passwd; asked for its shell
 * or home the system then throws, which oclif, asking both, does not expect.
 */
export function nameAccount(environment: NodeJS.ProcessEnv = process.env): void {
  environment.HOME ||= found(homedir) ?? noHome;
  environment.SHELL ||= found(() => userInfo().shell) ?? "/bin/sh";
}

function found(look: () => string | null): string | undefined {
  try {
    return look() || undefined;
  } catch {
    return undefined;
  }
}
