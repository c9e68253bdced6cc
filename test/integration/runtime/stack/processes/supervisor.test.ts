import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChildSpec } from "../../../../../src/runtime/stack/processes/child-spec.ts";
import { findMarkedProcesses } from "../../../../../src/runtime/stack/processes/marked-processes.ts";
import {
  runningChildren,
  stopChildren,
} from "../../../../../src/runtime/stack/processes/stop-children.ts";
import {
  amendChildren,
  ensureSupervisor,
  runningSupervisor,
} from "../../../../../src/runtime/stack/processes/supervisor-client.ts";
import {
  logFile,
  readSupervisorState,
  supervisorFiles,
} from "../../../../../src/runtime/stack/processes/supervisor-files.ts";
import { eventually } from "../../../services.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orders-supervisor-"));
});
afterEach(async () => {
  for (const { identity } of findMarkedProcesses(directory)) process.kill(identity.pid, "SIGKILL");
  await eventually(() => findMarkedProcesses(directory).length === 0, "no process is left");
  rmSync(directory, { recursive: true, force: true });
});

/** A stand-in for a service. */
function child(name: string, script: string): ChildSpec {
  return {
    name,
    command: process.execPath,
    args: ["-e", script],
    env: {},
    cwd: directory,
    stopSignal: "SIGTERM",
    stopGraceMs: 500,
  };
}

const lives = "console.log('hello'); setInterval(() => {}, 1000)";
const record = (name: string) =>
  readSupervisorState(directory)?.children.find((one) => one.name === name);
const pidOf = (name: string) =>
  runningChildren(directory).find((one) => one.name === name)?.identity.pid;

function kill(pid: number | undefined): void {
  if (pid === undefined) throw new Error("nothing to kill");
  process.kill(pid, "SIGKILL");
}

describe("the supervisor", () => {
  it("starts a child that died again, and counts it", async () => {
    await amendChildren(directory, { put: [child("one", lives)] });
    const first = pidOf("one");
    kill(first);
    await eventually(() => record("one")?.restarts === 1, "it is counted");
    await eventually(() => pidOf("one") !== undefined && pidOf("one") !== first, "a new process");
    expect(record("one")?.reason).toContain("was ended by SIGKILL");
    const log = logFile(directory, "one");
    await eventually(() => readFileSync(log, "utf8").includes("hello"), "its output");
  });

  it("leaves a child down that cannot start, with its reason, until it is wanted anew", async () => {
    const broken = child("broken", "console.log('no room'); process.exit(7)");
    await amendChildren(directory, { put: [broken, child("other", lives)] });
    await eventually(() => record("broken")?.status === "failed", "it is given up");
    expect(record("broken")?.reason).toMatch(/^exited with code 7\n[\s\S]*no room/);
    expect(pidOf("other")).toBeDefined();
    await amendChildren(directory, { put: [child("broken", lives)] });
    await eventually(() => pidOf("broken"), "the mended one runs");
  });

  it("says why a program could not be run at all", async () => {
    await amendChildren(directory, {
      put: [{ ...child("absent", ""), command: "/nonexistent/program" }],
    });
    await eventually(() => record("absent")?.reason, "a reason");
    expect(record("absent")?.reason).toContain("ENOENT");
  });

  it("is replaced after kill -9, and its successor adopts the children", async () => {
    await amendChildren(directory, { put: [child("one", lives), child("two", lives)] });
    const [one, two] = [pidOf("one"), pidOf("two")];
    kill(runningSupervisor(directory)?.pid);
    kill(two);
    await eventually(() => runningSupervisor(directory) === undefined, "it is gone");
    await amendChildren(directory, { put: [child("one", lives), child("two", lives)] });
    await eventually(() => pidOf("two"), "the dead one is started");
    expect(pidOf("one")).toBe(one);
    kill(pidOf("one"));
    await eventually(() => pidOf("one") !== one && pidOf("one"), "an adopted one is watched too");
  });

  it.runIf(process.platform === "linux")(
    "finds a child that was started but not recorded",
    async () => {
      await amendChildren(directory, { put: [child("one", lives)] });
      const pid = pidOf("one");
      kill(runningSupervisor(directory)?.pid);
      await eventually(() => runningSupervisor(directory) === undefined, "it is gone");
      rmSync(supervisorFiles(directory).state);
      expect(runningChildren(directory).map(({ identity }) => identity.pid)).toEqual([pid]);
      await stopChildren(directory, ["one"], 1_000);
      expect(runningChildren(directory)).toEqual([]);
    },
  );

  it("stops what is not wanted any more, and kills what does not listen", async () => {
    const deaf =
      "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)";
    await amendChildren(directory, { put: [child("deaf", deaf), child("one", lives)] });
    const pid = pidOf("one");
    await eventually(() => readFileSync(logFile(directory, "deaf"), "utf8") !== "", "it is deaf");
    await amendChildren(directory, { remove: ["deaf"] });
    await eventually(() => pidOf("deaf") === undefined, "it is gone");
    expect(pidOf("one")).toBe(pid);
  });

  it("is only one, however many ask for it", async () => {
    const found = await Promise.all([1, 2, 3].map(() => ensureSupervisor(directory)));
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(1);
  });

  it("ends its children when the stack's directory is removed", async () => {
    await amendChildren(directory, { put: [child("one", lives)] });
    rmSync(directory, { recursive: true });
    await eventually(() => findMarkedProcesses(directory).length === 0, "all are gone");
    expect(existsSync(directory)).toBe(false);
  });
});
