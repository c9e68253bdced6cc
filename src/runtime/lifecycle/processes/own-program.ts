import { fileURLToPath } from "node:url";

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

const fromSource = import.meta.url.endsWith(".ts");

/** How to run a file of ours: built with node alone, from src with tsx. `path` is relative to src. */
export function ownFile(path: string): Program {
  const built = fromSource ? path : path.replace(/\.ts$/, ".js");
  return node(fileURLToPath(new URL(`../../../${built}`, import.meta.url)));
}

/** How to run a command of ours: `orders …`. */
export function ownCommand(args: readonly string[]): Program {
  const file = fromSource ? "../../../../bin/dev.js" : "../../../../bin/run.js";
  const { command, args: before } = node(fileURLToPath(new URL(file, import.meta.url)));
  return { command, args: [...before, ...args] };
}

/** How to run what this process runs: the same command line once more. */
export function thisProgram(): Program {
  return { command: process.execPath, args: [...process.execArgv, ...process.argv.slice(1)] };
}

function node(file: string): Program {
  const loader = fromSource ? ["--import", import.meta.resolve("tsx")] : [];
  return { command: process.execPath, args: [...loader, file] };
}
