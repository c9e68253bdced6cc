import { statSync } from "node:fs";
import {
  decideRestart,
  recentDeaths,
  restartPolicy,
} from "../../lifecycle/processes/restart-policy.ts";
import { sinceBootMs } from "../../machine/since-boot.ts";
import { writeJsonAtomic } from "../state-file.ts";
import { adoptChildren } from "./adopt-children.ts";
import { type ChildSpec, hashOfSpec, type SupervisorSpec } from "./child-spec.ts";
import { killGroup, killOffspring } from "./end-process.ts";
import { identifyProcess, isRunning, ownIdentity, signalProcess } from "./process-identity.ts";
import { rotateLog } from "./rotate-log.ts";
import { spawnChild } from "./spawn-child.ts";
import {
  type ChildRecord,
  logFile,
  readSupervisorSpec,
  readSupervisorState,
  type SupervisorState,
  supervisorFiles,
} from "./supervisor-files.ts";
import { lastLines } from "./tail-file.ts";

type Say = (line: string) => void;

const reasonLines = 5;

/**
 * Keeps the children of one stack as its spec wants them. Everything it knows is in its state file
 * before it relies on it, so that it may be killed between any two lines: its successor goes on.
 */
export class Supervisor {
  readonly #directory: string;
  readonly #say: Say;
  readonly #startedAtMs = Date.now();
  readonly #children = new Map<string, ChildRecord>();
  /** Children that this process spawned: only their exit events say that they ended, and how. */
  readonly #own = new Map<string, { ended: string | undefined }>();
  #spec: SupervisorSpec = { revision: 0, children: [] };
  #specStamp = "";
  /** Of the spec whose children have all been looked at: what the state tells. */
  #actedRevision = 0;
  #written = "";

  constructor(directory: string, say: Say) {
    this.#directory = directory;
    this.#say = say;
    const former = readSupervisorState(directory);
    for (const record of adoptChildren(directory, former?.children ?? [], say)) {
      this.#children.set(record.name, ofThisBoot(record, sinceBootMs()));
    }
  }

  /**
   * One look at everything: never waits, safe to repeat. The caller calls it a few times a second.
   * @param nowMs since the machine's start: pauses and deaths are counted by a clock that nobody sets.
   * @returns false once the stack's directory is gone and all its children with it.
   */
  runOnce(nowMs = sinceBootMs()): boolean {
    const there = this.#readSpec();
    for (const record of [...this.#children.values()]) this.#noticeDeath(record, nowMs);
    for (const record of [...this.#children.values()]) this.#stopUnwanted(record, nowMs);
    for (const spec of this.#spec.children) this.#startDue(spec, nowMs);
    this.#actedRevision = this.#spec.revision;
    if (there) this.#writeState();
    return there || this.#children.size > 0;
  }

  rotateLogs(): void {
    for (const service of [...this.#children.keys(), "supervisor"]) {
      if (rotateLog(logFile(this.#directory, service))) this.#say(`rotated the log of ${service}`);
    }
  }

  #readSpec(): boolean {
    let stamp: string;
    try {
      const { mtimeMs, ino } = statSync(supervisorFiles(this.#directory).spec);
      stamp = `${ino}/${mtimeMs}`;
    } catch {
      // Nobody could find these processes any more: they must not outlive their records.
      this.#spec = { ...this.#spec, children: [] };
      return false;
    }
    if (stamp === this.#specStamp) return true;
    const spec = readSupervisorSpec(this.#directory);
    if (spec === undefined) return true;
    this.#specStamp = stamp;
    this.#spec = spec;
    this.#say(`revision ${spec.revision}: ${spec.children.map((c) => c.name).join(" ") || "none"}`);
    for (const record of this.#children.values()) {
      if (record.status !== "failed" && record.status !== "waiting") continue;
      this.#put({ ...record, status: "waiting", nextStartAtMs: 0, deathsAtMs: [] });
    }
    return true;
  }

  #noticeDeath(record: ChildRecord, nowMs: number): void {
    if (record.identity === undefined) return;
    const own = this.#own.get(record.name);
    const ended = own === undefined ? endOfAdopted(record) : own.ended;
    if (ended === undefined) return;
    this.#own.delete(record.name);
    // What it started itself must not keep its port or its files.
    killOffspring(this.#directory, record.name);
    if (record.status === "stopping") {
      this.#say(`${record.name} stopped (${ended})`);
      this.#children.delete(record.name);
      return;
    }
    const deathsAtMs = [...recentDeaths(record.deathsAtMs, nowMs), nowMs];
    const decision = decideRestart(deathsAtMs, nowMs);
    const log = lastLines(logFile(this.#directory, record.name), reasonLines).lines;
    const died = { ...record, identity: undefined, startedAtMs: undefined, deathsAtMs };
    const reason = [ended, ...log].join("\n");
    if (decision.action === "give-up") {
      this.#say(`${record.name} ${ended}; ${decision.deaths} deaths in a minute: left down`);
      this.#put({ ...died, status: "failed", reason });
    } else {
      this.#say(`${record.name} ${ended}; again in ${decision.delayMs} ms`);
      this.#put({ ...died, status: "waiting", reason, nextStartAtMs: nowMs + decision.delayMs });
    }
  }

  #stopUnwanted(record: ChildRecord, nowMs: number): void {
    const spec = this.#spec.children.find(({ name }) => name === record.name);
    const wanted = spec !== undefined && hashOfSpec(spec) === record.specHash;
    if (wanted && record.status !== "stopping") return;
    if (record.identity === undefined) {
      if (!wanted) this.#children.delete(record.name);
      return;
    }
    if (record.status !== "stopping") {
      this.#say(`stopping ${record.name} (${spec === undefined ? "not wanted" : "changed"})`);
      this.#put({ ...record, status: "stopping", stoppingSinceMs: nowMs });
      signalProcess(record.identity, record.stopSignal);
    } else if (nowMs - (record.stoppingSinceMs ?? 0) > record.stopGraceMs) {
      killGroup(record.identity);
    }
  }

  #startDue(spec: ChildSpec, nowMs: number): void {
    const before = this.#children.get(spec.name);
    if (before !== undefined && !isDue(before, nowMs)) return;
    const record: ChildRecord = {
      name: spec.name,
      specHash: hashOfSpec(spec),
      status: "starting",
      startedAtMs: Date.now(),
      restarts: before === undefined ? 0 : before.restarts + 1,
      deathsAtMs: before?.deathsAtMs ?? [],
      reason: before?.reason,
      stopSignal: spec.stopSignal,
      stopGraceMs: spec.stopGraceMs,
      port: spec.port,
      readyUrl: spec.readyUrl,
    };
    // Written first: after a crash between here and the next write, its marks tell which it is.
    this.#put(record);
    this.#writeState();
    const own: { ended: string | undefined } = { ended: undefined };
    this.#own.set(spec.name, own);
    let pid: number | undefined;
    try {
      const child = spawnChild(this.#directory, spec);
      pid = child.pid;
      void child.ended.then(({ code, signal, notStarted }) => {
        if (notStarted !== undefined) own.ended = `could not be started: ${notStarted.message}`;
        else own.ended = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
      });
    } catch (error) {
      own.ended = `could not be started: ${error instanceof Error ? error.message : String(error)}`;
    }
    const identity =
      pid === undefined
        ? { pid: 0, start: "never" }
        : (identifyProcess(pid) ?? { pid, start: "ended at once" });
    this.#put({ ...record, status: "running", identity });
    this.#writeState();
    this.#say(`started ${spec.name} (PID ${pid ?? "none"})`);
  }

  #put(record: ChildRecord): void {
    this.#children.set(record.name, record);
  }

  #writeState(): void {
    const state: SupervisorState = {
      supervisor: ownIdentity(),
      startedAtMs: this.#startedAtMs,
      revision: this.#actedRevision,
      children: [...this.#children.values()],
    };
    const text = JSON.stringify(state);
    if (text === this.#written) return;
    writeJsonAtomic(supervisorFiles(this.#directory).state, state);
    this.#written = text;
  }
}

function isDue(record: ChildRecord, nowMs: number): boolean {
  if (record.identity !== undefined || record.status === "failed") return false;
  return (record.nextStartAtMs ?? 0) <= nowMs;
}

/** What was noted before the machine was started anew, or by a program with another clock, lies ahead. */
function ofThisBoot(record: ChildRecord, nowMs: number): ChildRecord {
  const { nextStartAtMs = 0, stoppingSinceMs = 0 } = record;
  return {
    ...record,
    deathsAtMs: record.deathsAtMs.filter((at) => at <= nowMs),
    nextStartAtMs: nextStartAtMs > nowMs + restartPolicy.maxDelayMs ? 0 : nextStartAtMs,
    stoppingSinceMs: Math.min(stoppingSinceMs, nowMs),
  };
}

function endOfAdopted(record: ChildRecord): string | undefined {
  if (record.identity !== undefined && isRunning(record.identity)) return undefined;
  return "ended (it was adopted, so its exit code is not known)";
}
