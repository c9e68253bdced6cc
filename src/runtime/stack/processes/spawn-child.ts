import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { ChildSpec } from "./child-spec.ts";
import { cleanEnvironment } from "./clean-environment.ts";
import { serviceMark, stackMark } from "./marked-processes.ts";
import { logFile } from "./supervisor-files.ts";

/**
 * Starts a child in a session of its own, its output appended straight to its log file: it lives on
 * unharmed when the supervisor is killed.
 */
export function spawnChild(stackDirectory: string, spec: ChildSpec): ChildProcess {
  const log = openSync(logFile(stackDirectory, spec.name), "a", 0o600);
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: {
        // Cleaned when the supervisor was started; once more for what an older one had not cleaned.
        ...cleanEnvironment(process.env),
        ...spec.env,
        [stackMark]: stackDirectory,
        [serviceMark]: spec.name,
      },
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
      stdio: ["ignore", log, log],
      detached: true,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}
