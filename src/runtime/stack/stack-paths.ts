import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where a stack's state lives: $XDG_STATE_HOME/orders/<stack>. */
export function stackDirectory(stack: string): string {
  return join(baseDirectory("XDG_STATE_HOME", ".local/state"), "orders", stack);
}

/** Beside the stacks: no stack has this name. */
const runsName = "runs";

/** Where runs of loads are written down, of all stacks and of systems that are none: $XDG_STATE_HOME/orders/runs. */
export function runsDirectory(): string {
  return stackDirectory(runsName);
}

/** Pure: whether a stack may have this name. It becomes part of file names and of Docker's project name. */
export function isStackName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,39}$/.test(name) && name !== runsName;
}

/** Where downloads are kept, shared by all stacks: $XDG_CACHE_HOME/orders. */
export function cacheDirectory(): string {
  return join(baseDirectory("XDG_CACHE_HOME", ".cache"), "orders");
}

/** A relative one is ignored, as the XDG specification asks: `down` must find what `up` made elsewhere. */
function baseDirectory(variable: "XDG_STATE_HOME" | "XDG_CACHE_HOME", belowHome: string): string {
  const given = process.env[variable];
  return given && isAbsolute(given) ? given : join(homedir(), belowHome);
}
