import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where a stack's state lives: $XDG_STATE_HOME/orders/<stack>. */
export function stackDirectory(stack: string): string {
  return join(baseDirectory("XDG_STATE_HOME", ".local/state"), "orders", stack);
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
