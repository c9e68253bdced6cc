import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Engine, EngineContext } from "./engines/engine.ts";
import { logFile } from "./processes/supervisor-files.ts";

/** Of each service, from its end. */
const linesMax = 5_000;
const withinMs = 10_000;

export function logsDirectory(stackDirectory: string): string {
  return join(stackDirectory, "logs");
}

/** Containers take their logs along when they go: these are written beside the others, best effort. */
export async function gatherLogs(context: EngineContext, engine: Engine): Promise<void> {
  if (engine.name !== "docker") return;
  mkdirSync(logsDirectory(context.directory), { recursive: true, mode: 0o700 });
  for (const { name: service } of engine.services) {
    const signal = AbortSignal.timeout(withinMs);
    const file = openSync(logFile(context.directory, service), "w", 0o600);
    const write = (line: string) => void writeSync(file, `${line}\n`);
    await engine
      .logs(context, { service, lines: linesMax, follow: false, signal }, write)
      .catch(() => {});
    closeSync(file);
  }
}
