import { rmSync } from "node:fs";
import { endProcess, killGroup } from "./processes/end-process.ts";
import { findMarkedProcesses } from "./processes/marked-processes.ts";
import { runningSupervisor } from "./processes/supervisor-client.ts";
import { supervisorFiles } from "./processes/supervisor-files.ts";

const graceMs = 500;

/** Ends the supervisor; its children live on. */
export async function endSupervisor(directory: string): Promise<void> {
  const supervisor = runningSupervisor(directory);
  if (supervisor !== undefined) await endProcess(supervisor, "SIGTERM", graceMs);
  // One that was just being started has no lock yet.
  for (const { service, identity } of findMarkedProcesses(directory)) {
    if (service === "supervisor") killGroup(identity);
  }
}

/** After everything has ended: the next `up` begins with nothing to take over. */
export function forgetSupervision(directory: string): void {
  rmSync(supervisorFiles(directory).directory, { recursive: true, force: true });
}
