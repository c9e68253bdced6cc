import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { runsDirectory } from "../runtime/stack/stack-paths.ts";

/** Below the state directory, which has room for data; the system's temporary one may be memory. */
export function spillDirectory(): string {
  const directory = join(dirname(runsDirectory()), "runs", ".spill");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}
