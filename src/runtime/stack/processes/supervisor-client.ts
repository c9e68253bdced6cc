import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../../../failure/failure.ts";
import { ownFile } from "../../lifecycle/processes/own-program.ts";
import { writeJsonAtomic } from "../state-file.ts";
import { amendedSpec, type SpecAmendment } from "./child-spec.ts";
import { readHolder } from "./file-lock.ts";
import { isRunning, type ProcessIdentity, signalProcess } from "./process-identity.ts";
import { spawnChild } from "./spawn-child.ts";
import {
  makeSupervisorDirectories,
  readSupervisorSpec,
  readSupervisorState,
  type SupervisorState,
  supervisorFiles,
} from "./supervisor-files.ts";
import { lastLines } from "./tail-file.ts";

const startWithinMs = 15_000;
const applyWithinMs = 15_000;

/** @returns the supervisor's process, if one is at work. */
export function runningSupervisor(stackDirectory: string): ProcessIdentity | undefined {
  const holder = readHolder(supervisorFiles(stackDirectory).lock);
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

/**
 * Changes what should be running and waits until the supervisor has acted on it (children started,
 * not yet ready). Starts the supervisor where there is none. The caller holds the stack's lock.
 */
export async function amendChildren(
  stackDirectory: string,
  amendment: SpecAmendment,
  triesLeft = 2,
): Promise<SupervisorState> {
  const supervisor = await ensureSupervisor(stackDirectory);
  const spec = amendedSpec(readSupervisorSpec(stackDirectory), amendment);
  writeJsonAtomic(supervisorFiles(stackDirectory).spec, spec);
  signalProcess(supervisor, "SIGHUP");
  const deadline = Date.now() + applyWithinMs;
  for (;;) {
    const state = readSupervisorState(stackDirectory);
    if (state?.supervisor.pid === supervisor.pid && state.revision >= spec.revision) return state;
    if (Date.now() > deadline) throw silent(stackDirectory, "does not act on its orders");
    await pause(20);
    // Killed just now: its successor is told the same.
    if (!isRunning(supervisor) && triesLeft > 0) {
      return amendChildren(stackDirectory, amendment, triesLeft - 1);
    }
  }
}

const starting = new Map<string, Promise<ProcessIdentity>>();

/** Starts the supervisor unless it is at work. Calls at the same time share one start. */
export function ensureSupervisor(stackDirectory: string): Promise<ProcessIdentity> {
  const begun = starting.get(stackDirectory) ?? startSupervisor(stackDirectory);
  starting.set(stackDirectory, begun);
  void begun.finally(() => starting.delete(stackDirectory)).catch(() => {});
  return begun;
}

async function startSupervisor(stackDirectory: string): Promise<ProcessIdentity> {
  const running = runningSupervisor(stackDirectory);
  if (running !== undefined) return running;
  makeSupervisorDirectories(stackDirectory);
  forgetDead(stackDirectory);
  const child = spawnChild(stackDirectory, {
    ...{ name: "supervisor", env: {}, cwd: stackDirectory },
    ...ownFile("runtime/stack/processes/supervisor-main.ts"),
  });
  let ended = false;
  void child.ended.then(() => {
    ended = true;
  });
  const deadline = Date.now() + startWithinMs;
  for (;;) {
    const supervisor = runningSupervisor(stackDirectory);
    if (supervisor !== undefined) return supervisor;
    if (ended || Date.now() > deadline) throw silent(stackDirectory, "did not start");
    await pause(20);
  }
}

/**
 * Before a new supervisor: what ran under a former one and is gone (after a reboot: everything) is
 * not to be started as it was then; whoever starts the supervisor says anew what is wanted.
 */
function forgetDead(stackDirectory: string): void {
  const files = supervisorFiles(stackDirectory);
  const state = readSupervisorState(stackDirectory);
  const spec = readSupervisorSpec(stackDirectory);
  const alive = (state?.children ?? []).filter(
    ({ status, identity }) =>
      status === "starting" || (identity !== undefined && isRunning(identity)),
  );
  if (state !== undefined) writeJsonAtomic(files.state, { ...state, children: alive });
  const gone = (spec?.children ?? [])
    .map(({ name }) => name)
    .filter((name) => !alive.some((record) => record.name === name));
  writeJsonAtomic(files.spec, amendedSpec(spec, { remove: gone }));
}

function silent(stackDirectory: string, what: string): Failure {
  const { log } = supervisorFiles(stackDirectory);
  return new Failure("environment", {
    what: `the supervisor ${what} in time`,
    meaning: `nothing would watch over the stack; its log (${log}) ends with:\n${lastLines(log, 10).lines.join("\n")}`,
    remedy: "`orders down`, then `orders up`",
  });
}
