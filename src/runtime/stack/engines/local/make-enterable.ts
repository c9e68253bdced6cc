import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { rootPlace } from "./postgres-account.ts";

/**
 * A directory, with its parents, that every account may enter: PostgreSQL's may be another than
 * ours. A umask of 077 takes that away from whatever is made; what an earlier call under one left
 * behind is mended where the place is ours alone. Other directories that exist stay as they are.
 */
export function makeEnterable(path: string): void {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeEnterable(parent);
  else if (isOurs(parent)) makeEnterable(parent);
  if (!existsSync(path)) {
    mkdirSync(path);
    chmodSync(path, 0o755);
  } else if (isOurs(path) && (statSync(path).mode & 0o055) !== 0o055) {
    chmodSync(path, 0o755);
  }
}

function isOurs(path: string): boolean {
  return path === rootPlace || path.startsWith(`${rootPlace}/`);
}
