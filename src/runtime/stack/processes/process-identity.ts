import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * A process, told apart from a later one that got the same PID: by its start time and, where the
 * system says it, the boot it belongs to. Equal text means the same process.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: compare it, do not read it. */
  readonly start: string;
}

/** @returns undefined when no such process runs; a zombie does not run. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const start = process.platform === "linux" ? startOnLinux(pid) : startFromPs(pid);
  return start === undefined ? undefined : { pid, start };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.start === identity.start;
}

export function ownIdentity(): ProcessIdentity {
  return identifyProcess(process.pid) ?? { pid: process.pid, start: "unknown" };
}

/** @returns false when the process is gone, or is another one by now. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}

export interface ProcStat {
  /** R, S, D, Z, … */
  readonly state: string;
  readonly parentPid: number;
  /** Clock ticks after boot. */
  readonly startTicks: string;
}

/**
 * Pure: one line of /proc/<pid>/stat. The second field is the name in brackets and may itself hold
 * blanks and brackets, so the fields are counted from the last bracket.
 */
export function parseProcStat(line: string): ProcStat | undefined {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const [state, parentPid] = fields;
  const startTicks = fields[19];
  if (!state || parentPid === undefined || startTicks === undefined) return undefined;
  return { state, parentPid: Number(parentPid), startTicks };
}

let bootId: string | undefined;

function startOnLinux(pid: number): string | undefined {
  try {
    const stat = parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (stat === undefined || stat.state === "Z" || stat.state === "X") return undefined;
    bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${bootId}/${stat.startTicks}`;
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5_000,
    });
    return parsePsLine(line);
  } catch {
    return undefined;
  }
}

/** Pure: `ps -o stat=,lstart=`. */
export function parsePsLine(line: string): string | undefined {
  const [state, ...start] = line.trim().split(/\s+/);
  if (!state || state.startsWith("Z") || start.length < 5) return undefined;
  return start.join(" ");
}
