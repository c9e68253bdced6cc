import { execa } from "execa";

/** Runs the built binary, as a user would. */
export function orders(
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string } = {},
) {
  return execa("node", ["bin/run.js", ...args], {
    reject: false,
    timeout: 60_000,
    env: { NO_COLOR: "1", ...options.env },
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
  });
}
