import { homedir } from "node:os";
import { join } from "node:path";

/** Where a stack's state lives: $XDG_STATE_HOME/orders/<stack>. */
export function stackDirectory(stack: string): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "orders", stack);
}

/** Where downloads are kept, shared by all stacks: $XDG_CACHE_HOME/orders. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "orders");
}
