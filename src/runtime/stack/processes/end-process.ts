import { setTimeout as pause } from "node:timers/promises";
import { findMarkedProcesses } from "./marked-processes.ts";
import { isRunning, type ProcessIdentity, signalProcess } from "./process-identity.ts";

const pollMs = 20;

/**
 * Asks a process to end, waits, then kills it with its group. Never touches another process that
 * got the same PID. Bounded by graceMs + 2 s.
 * @returns how it ended; "gone" when it was not running.
 */
export async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<"gone" | "ended" | "killed" | "unkillable"> {
  if (!signalProcess(identity, signal)) return "gone";
  if (await waitUntilGone(identity, graceMs)) return "ended";
  killGroup(identity);
  return (await waitUntilGone(identity, 2_000)) ? "killed" : "unkillable";
}

/** SIGKILL to a process and, where it leads one, to its group. */
export function killGroup(identity: ProcessIdentity): void {
  if (!isRunning(identity)) return;
  for (const pid of [-identity.pid, identity.pid]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {}
  }
}

export async function waitUntilGone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isRunning(identity)) {
    if (Date.now() >= deadline) return false;
    await pause(pollMs);
  }
  return true;
}

/** SIGKILL to what a dead child left running: it must not keep the child's port or its files. */
export function killOffspring(stackDirectory: string, service: string): void {
  for (const marked of findMarkedProcesses(stackDirectory)) {
    if (marked.service === service) signalProcess(marked.identity, "SIGKILL");
  }
}
