import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import cluster from "node:cluster";
import { closeSync, openSync } from "node:fs";
import type { Program } from "./own-program.ts";

export interface ChildRequest extends Program {
  /**
   * All of it (see cleanEnvironment); with `sharesPorts`, on top of ours. Passwords belong here, not
   * in the arguments, which `ps` shows.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /**
   * ours: it says what it says where we do. kept: only the end of its stderr, for ChildEnd.said.
   * A path: appended there by itself, and the child lives on when this process ends.
   * All others have a channel for messages, which also tells them when this process ends.
   */
  readonly output: "ours" | "kept" | { readonly file: string };
  /**
   * Listens on ports together with all others that do (node:cluster). Its own Ctrl-C it must ignore;
   * the others are out of the terminal's reach.
   */
  readonly sharesPorts?: boolean;
}

export interface ChildEnd {
  /** null where a signal ended it, or it could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly notStarted: Error | undefined;
  /** The end of what it wrote to stderr, where that is kept. */
  readonly said: string;
}

export interface Child {
  /** undefined where it could not be started. */
  readonly pid: number | undefined;
  /** When it is gone and all that it said has been read. Never rejects. */
  readonly ended: Promise<ChildEnd>;
  /** Whether it was told to stop. */
  readonly stopping: boolean;
  /** Lost where it has ended. */
  send(message: object | string): void;
  onMessage(listener: (message: unknown) => void): void;
  /** SIGTERM now, SIGKILL after `graceMs`. */
  stop(graceMs: number): void;
}

const saidMax = 4_000;

/** The one way to start a process of ours, or a server's. @throws what the system says of the log file. */
export function startChild(request: ChildRequest): Child {
  const child = request.sharesPorts === true ? forkSharing(request) : spawnAlone(request);
  let said = "";
  child.stderr?.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-saidMax);
  });
  let hasEnded = false;
  let stopping = false;
  const ended = new Promise<ChildEnd>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null, notStarted?: Error) => {
      hasEnded = true;
      resolve({ code, signal, notStarted, said: said.trim() });
    };
    // Also of messages and signals that do not arrive; then its end tells what there is to know.
    child.on("error", (error) => {
      if (child.pid === undefined) end(null, null, error);
    });
    child.once("close", end);
  });
  return {
    pid: child.pid,
    ended,
    get stopping() {
      return stopping;
    },
    send(message) {
      child.send(message, () => {});
    },
    onMessage(listener) {
      child.on("message", listener);
    },
    stop(graceMs) {
      stopping = true;
      if (hasEnded) return;
      child.kill("SIGTERM");
      const killing = setTimeout(() => child.kill("SIGKILL"), graceMs);
      void ended.then(() => clearTimeout(killing));
    },
  };
}

/** In a group of its own: a terminal's Ctrl-C goes to all of a group, and we decide what it means. */
function spawnAlone(request: ChildRequest): ChildProcess {
  const { command, args, env, cwd, uid, gid, output } = request;
  const file = typeof output === "object" ? openSync(output.file, "a", 0o600) : undefined;
  try {
    const child = spawn(command, args, {
      ...{ env, cwd, uid, gid, detached: true, serialization: "advanced" },
      stdio: file === undefined ? streamsOf(output) : ["ignore", file, file],
    });
    if (file !== undefined) child.unref();
    return child;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function streamsOf(output: ChildRequest["output"]): StdioOptions {
  return output === "kept"
    ? ["ignore", "ignore", "pipe", "ipc"]
    : ["inherit", "inherit", "inherit", "ipc"];
}

/**
 * Each process takes connections off the shared socket itself. Round robin, Node's default, has the
 * primary take them, and one on its way to a process that dies is never answered nor closed.
 */
function forkSharing({ args, env }: ChildRequest): ChildProcess {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: args.at(-1) ?? "", args: [], execArgv: args.slice(0, -1) });
  const worker = cluster.fork(env);
  // The process's own is looked at; without a listener the worker's would be thrown.
  worker.on("error", () => {});
  return worker.process;
}
