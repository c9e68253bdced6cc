import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../state-file.ts";
import type { SupervisorSpec } from "./child-spec.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** What the supervisor and the commands beside it share: files in the stack's directory. */
export interface ChildRecord {
  readonly name: string;
  readonly specHash: string;
  /**
   * starting: about to be spawned, its PID not known yet (found by its marks after a crash);
   * waiting: died, is started again at nextStartAtMs; failed: left down; stopping: asked to end.
   */
  readonly status: "starting" | "running" | "waiting" | "failed" | "stopping";
  readonly identity?: ProcessIdentity | undefined;
  /** On the clock that people read; the others are since the machine's start, which nobody sets. */
  readonly startedAtMs?: number | undefined;
  readonly stoppingSinceMs?: number | undefined;
  readonly nextStartAtMs?: number | undefined;
  /** Since it was first started. */
  readonly restarts: number;
  readonly deathsAtMs: readonly number[];
  /** Of its last death: how it ended, and its last log lines. */
  readonly reason?: string | undefined;
  /** How it wants to be stopped: its spec may be gone by then. */
  readonly stopSignal: "SIGTERM" | "SIGINT";
  readonly stopGraceMs: number;
  readonly port?: number | undefined;
  readonly readyUrl?: string | undefined;
}

export interface SupervisorState {
  readonly supervisor: ProcessIdentity;
  readonly startedAtMs: number;
  /** Of the spec that was last acted on. */
  readonly revision: number;
  readonly children: readonly ChildRecord[];
}

export function supervisorFiles(stackDirectory: string) {
  const directory = join(stackDirectory, "supervisor");
  return {
    directory,
    spec: join(directory, "spec.json"),
    state: join(directory, "state.json"),
    lock: join(directory, "lock"),
    log: logFile(stackDirectory, "supervisor"),
  };
}

export function logFile(stackDirectory: string, service: string): string {
  return join(stackDirectory, "logs", `${service}.log`);
}

export function makeSupervisorDirectories(stackDirectory: string): void {
  for (const name of ["supervisor", "logs"]) {
    mkdirSync(join(stackDirectory, name), { recursive: true, mode: 0o700 });
  }
}

export function readSupervisorState(stackDirectory: string): SupervisorState | undefined {
  return readJson<SupervisorState>(supervisorFiles(stackDirectory).state);
}

export function readSupervisorSpec(stackDirectory: string): SupervisorSpec | undefined {
  return readJson<SupervisorSpec>(supervisorFiles(stackDirectory).spec);
}
