import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { marksOf, processIds } from "./marked-processes.ts";

export interface PortHolder {
  readonly pid: number;
  /** Program and script, without further arguments. */
  readonly command: string;
  /** When it belongs to one of our stacks. */
  readonly stack: string | undefined;
}

/**
 * Who listens on a TCP port, from /proc: no external tool.
 * @returns undefined when nobody does, when it is another user's process, and where there is no /proc.
 */
export function findPortHolder(port: number): PortHolder | undefined {
  const inodes = new Set(
    ["tcp", "tcp6"].flatMap((table) => listeningInodes(readText(`/proc/net/${table}`), port)),
  );
  if (inodes.size === 0) return undefined;
  const pid = processIds().find((candidate) => holdsSocket(candidate, inodes));
  if (pid === undefined) return undefined;
  const marks = marksOf(pid);
  return {
    pid,
    command: programName(readText(`/proc/${pid}/cmdline`)),
    stack: marks === undefined ? undefined : basename(marks.directory),
  };
}

export function describeHolder(holder: PortHolder | undefined): string {
  if (holder === undefined) return "another process";
  const stack = holder.stack === undefined ? "" : `, of the stack ${holder.stack}`;
  return `process ${holder.pid} (${holder.command}${stack})`;
}

/** TCP_LISTEN in the kernel's table. */
const listen = "0A";

/** Pure: /proc/net/tcp or tcp6. @returns the sockets' inodes. */
export function listeningInodes(table: string, port: number): readonly string[] {
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local, , state]) =>
        state === listen && Number.parseInt(local?.split(":")[1] ?? "", 16) === port,
    )
    .map((fields) => fields[9] ?? "");
}

/** Programs that say little without what they run. */
const interpreters = /^(node|java|python|ruby|perl|php|deno|bun|sh|bash)[\d.]*$/;

/**
 * Pure: names a program from /proc/<pid>/cmdline, an interpreter with its script or main class. Never
 * more of the arguments: other people's may hold passwords.
 */
export function programName(cmdline: string): string {
  const [path = "unknown", ...rest] = cmdline.split("\0").filter(Boolean);
  const program = basename(path);
  const script = interpreters.test(program)
    ? rest.find((word) => !word.startsWith("-") && !word.includes(":"))
    : undefined;
  return (script === undefined ? program : `${program} ${basename(script)}`).slice(0, 60);
}

function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false;
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
