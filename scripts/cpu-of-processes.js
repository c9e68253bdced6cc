// What a machine's processes have used, from /proc: seconds of CPU.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const ticksPerSecond = 100;

/** Since it was started, with those of children that have ended; 0 of one that is gone. */
function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
    return ticks / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** By name, with living children: PostgreSQL works in processes of its own. */
export async function cpuByName(processes) {
  const { stdout } = await promisify(execFile)("ps", ["-e", "-o", "pid=,ppid="]);
  const children = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return new Map(
    processes.map(({ name, pid }) => {
      const own = children.filter(([, parent]) => parent === pid).map(([child]) => cpuOf(child));
      return [name, cpuOf(pid) + own.reduce((sum, each) => sum + each, 0)];
    }),
  );
}

/** Of all processes on all cores, whoever's they are. */
export function cpuOfMachine() {
  const [user, nice, system, , , irq, softirq] = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}
