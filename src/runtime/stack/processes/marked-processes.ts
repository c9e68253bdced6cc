import { readdirSync, readFileSync } from "node:fs";
import { identifyProcess, type ProcessIdentity, parseProcStat } from "./process-identity.ts";

/**
 * Every process of a stack carries these two in its environment, and so do the processes that it
 * starts in turn. So a process that was started but not recorded yet when its starter was killed
 * can still be found.
 */
export const stackMark = "ORDERS_STACK_DIR";
export const serviceMark = "ORDERS_STACK_SERVICE";

export interface MarkedProcess {
  readonly identity: ProcessIdentity;
  readonly service: string;
  /** False for the processes that a service started itself (workers, backends). */
  readonly leader: boolean;
}

/** @returns the running processes of this stack. Linux only; elsewhere nothing, and the records must do. */
export function findMarkedProcesses(stackDirectory: string): readonly MarkedProcess[] {
  const found = new Map<number, { service: string; parentPid: number }>();
  for (const pid of processIds()) {
    const environment = readProc(pid, "environ");
    if (environment === undefined || !environment.includes(stackMark)) continue;
    const marks = parseMarks(environment);
    if (marks?.directory !== stackDirectory || pid === process.pid) continue;
    const stat = parseProcStat(readProc(pid, "stat") ?? "");
    if (stat !== undefined) found.set(pid, { service: marks.service, parentPid: stat.parentPid });
  }
  return [...found].flatMap(([pid, { service, parentPid }]) => {
    const identity = identifyProcess(pid);
    const leader = found.get(parentPid)?.service !== service;
    return identity === undefined ? [] : [{ identity, service, leader }];
  });
}

/** @returns which stack and service a process belongs to, when it is one of ours. */
export function marksOf(
  pid: number,
): { readonly directory: string; readonly service: string } | undefined {
  return parseMarks(readProc(pid, "environ") ?? "");
}

/** Pure: /proc/<pid>/environ, NAME=value pairs that end in NUL. */
export function parseMarks(
  environ: string,
): { readonly directory: string; readonly service: string } | undefined {
  const pairs = environ.split("\0");
  const readMark = (name: string) =>
    pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  const directory = readMark(stackMark);
  const service = readMark(serviceMark);
  return directory && service ? { directory, service } : undefined;
}

export function processIds(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readProc(pid: number, file: "environ" | "stat"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
