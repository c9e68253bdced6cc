import { fileURLToPath } from "node:url";

/** @returns the path of a file that ships beside the code: `database/…`, `compose/…`. Works from src and dist. */
export function shippedFile(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
