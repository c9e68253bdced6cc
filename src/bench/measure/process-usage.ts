import { readFileSync } from "node:fs";
import { processIds } from "../../runtime/stack/processes/marked-processes.ts";

/** What /proc/<pid>/stat says of a process, in clock ticks of 10 ms. */
export interface ProcessTimes {
  readonly parentPid: number;
  /** Of itself, in user and system mode. */
  readonly own: number;
  /** Of its children that have ended and were waited for. */
  readonly endedChildren: number;
}

/** USER_HZ, which Linux fixes at 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Pure: the fields are counted from the last bracket, since the name may hold blanks and brackets. */
export function parseTimes(stat: string): ProcessTimes | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parentPid, , , , , , , , , , user, system, childrenUser, childrenSystem] = fields;
  if (parentPid === undefined || user === undefined || system === undefined) return undefined;
  return {
    parentPid,
    own: user + system,
    endedChildren: (childrenUser ?? 0) + (childrenSystem ?? 0),
  };
}

/**
 * Pure: CPU seconds of processes with all that descends from them, ended children included.
 * @returns undefined when one of the roots is not there.
 */
export function treeSeconds(
  times: ReadonlyMap<number, ProcessTimes>,
  roots: readonly number[],
): number | undefined {
  const children = new Map<number, number[]>();
  for (const [pid, { parentPid }] of times) {
    const siblings = children.get(parentPid);
    if (siblings === undefined) children.set(parentPid, [pid]);
    else siblings.push(pid);
  }
  let ticks = 0;
  const left = [...roots];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    const found = times.get(pid);
    if (found === undefined && roots.includes(pid)) return undefined;
    ticks += (found?.own ?? 0) + (found?.endedChildren ?? 0);
    left.push(...(children.get(pid) ?? []));
  }
  return roots.length === 0 ? undefined : ticks / ticksPerSecond;
}

/** Of all processes of this machine; empty where there is no /proc. */
export function readTimes(): ReadonlyMap<number, ProcessTimes> {
  const times = new Map<number, ProcessTimes>();
  for (const pid of processIds()) {
    const found = parseTimes(readProc(pid, "stat"));
    if (found !== undefined) times.set(pid, found);
  }
  return times;
}

/** @returns the largest resident memory that the process ever had, in bytes; undefined where unknown. */
export function peakMemoryBytes(pid: number): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(pid, "status"))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** @returns the version of a Kafka broker, from the name of its jar on its command line. */
export function kafkaVersionOf(pid: number): string | undefined {
  return /kafka_\d+\.\d+-(\d+(?:\.\d+)+)\.jar/.exec(readProc(pid, "cmdline"))?.[1];
}

function readProc(pid: number, file: "stat" | "status" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
