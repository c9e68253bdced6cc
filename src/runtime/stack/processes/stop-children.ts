import { writeJsonAtomic } from "../state-file.ts";
import { amendedSpec } from "./child-spec.ts";
import { endProcess, killOffspring } from "./end-process.ts";
import { findMarkedProcesses } from "./marked-processes.ts";
import { isRunning, type ProcessIdentity, signalProcess } from "./process-identity.ts";
import { runningSupervisor } from "./supervisor-client.ts";
import { readSupervisorSpec, readSupervisorState, supervisorFiles } from "./supervisor-files.ts";

/**
 * Ends children of a stack, all at once, whether or not a supervisor is at work: it takes them out of
 * the spec (so that none is restarted) and ends the processes itself. Finds them by the records and
 * by their marks. Bounded by graceMs + 2 s.
 */
export async function stopChildren(
  stackDirectory: string,
  names: readonly string[],
  graceMs: number,
): Promise<void> {
  const spec = readSupervisorSpec(stackDirectory);
  const records = readSupervisorState(stackDirectory)?.children ?? [];
  if (spec?.children.some(({ name }) => names.includes(name))) {
    writeJsonAtomic(supervisorFiles(stackDirectory).spec, amendedSpec(spec, { remove: names }));
    const supervisor = runningSupervisor(stackDirectory);
    if (supervisor !== undefined) signalProcess(supervisor, "SIGHUP");
  }
  await Promise.all(
    runningChildren(stackDirectory)
      .filter(({ name }) => names.includes(name))
      .map(async ({ name, identity }) => {
        const known = [...(spec?.children ?? []), ...records].find((child) => child.name === name);
        await endProcess(identity, known?.stopSignal ?? "SIGTERM", graceMs);
        killOffspring(stackDirectory, name);
      }),
  );
}

/** @returns every child of the stack that runs, the supervisor excepted. */
export function runningChildren(
  stackDirectory: string,
): readonly { readonly name: string; readonly identity: ProcessIdentity }[] {
  const found = new Map<number, { name: string; identity: ProcessIdentity }>();
  for (const { name, identity } of readSupervisorState(stackDirectory)?.children ?? []) {
    if (identity !== undefined && isRunning(identity)) found.set(identity.pid, { name, identity });
  }
  for (const { service, identity, leader } of findMarkedProcesses(stackDirectory)) {
    if (leader && service !== "supervisor") found.set(identity.pid, { name: service, identity });
  }
  return [...found.values()];
}
