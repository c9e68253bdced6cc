import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../../../failure/failure.ts";
import { readJson } from "../state-file.ts";
import { isRunning, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

export interface LockRequest {
  readonly path: string;
  /** What the holder does, for whoever finds it held: "orders up". */
  readonly doing: string;
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once when somebody else holds it. */
  readonly onWait?: (holder: LockHolder) => void;
}

export interface LockHolder extends ProcessIdentity {
  readonly doing: string;
}

/**
 * A lock between processes that the holder's death releases: the file names its holder by PID and
 * start time, and a holder that is gone does not count.
 * @returns the release function.
 * @throws Failure("environment") naming the holder after `waitMs`.
 */
export async function acquireLock(request: LockRequest): Promise<() => void> {
  const { path, waitMs, signal } = request;
  const own: LockHolder = { ...ownIdentity(), doing: request.doing };
  const deadline = Date.now() + waitMs;
  let told = false;
  for (;;) {
    // Each time: `down --volumes` removes the directory with its lock in it.
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const holder = tryLock(path, own);
    if (holder === undefined) return () => release(path, own);
    if (!told) request.onWait?.(holder);
    told = true;
    if (Date.now() >= deadline) throw heldBy(holder);
    await pause(100, undefined, { signal });
  }
}

/** @returns undefined when the lock is ours now, else who holds it. */
export function tryLock(path: string, own: LockHolder): LockHolder | undefined {
  // Made complete beside it and linked: nobody ever reads a half-written lock.
  const draft = `${path}.${own.pid}.new`;
  try {
    writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        linkSync(draft, path);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = readHolder(path);
      if (holder !== undefined && isRunning(holder)) return holder;
      removeStale(path, holder);
    }
    return readHolder(path) ?? own;
  } finally {
    rmSync(draft, { force: true });
  }
}

export function readHolder(path: string): LockHolder | undefined {
  return readJson<LockHolder>(path);
}

/**
 * Two processes may find the same dead holder. Renaming shows which file one really took away: if it
 * was a new holder's, it is put back.
 */
function removeStale(path: string, stale: LockHolder | undefined): void {
  const taken = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, taken);
  } catch {
    return;
  }
  const found = readHolder(taken);
  if (found !== undefined && found.start !== stale?.start && isRunning(found)) {
    try {
      linkSync(taken, path);
    } catch {}
  }
  rmSync(taken, { force: true });
}

function release(path: string, own: ProcessIdentity): void {
  const holder = readHolder(path);
  if (holder?.pid === own.pid && holder.start === own.start) rmSync(path, { force: true });
}

function heldBy(holder: LockHolder): Failure {
  return new Failure("environment", {
    what: `\`${holder.doing}\` is at work on the same thing (PID ${holder.pid})`,
    meaning: "two at once would undo each other's work",
    remedy: `wait until it is done, or stop it: kill ${holder.pid}`,
  });
}
