import { spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  identifyProcess,
  isRunning,
  ownIdentity,
  parseProcStat,
  parsePsLine,
  signalProcess,
} from "../../../../../src/runtime/stack/processes/process-identity.ts";

const line = (name: string) =>
  `1234 (${name}) S 77 1234 1234 0 -1 4194304 1 0 0 0 1 2 3 4 20 0 11 0 987654 1 2 3`;

it("reads state, parent and start from a line of /proc/<pid>/stat", () => {
  expect(parseProcStat(line("java"))).toEqual({
    state: "S",
    parentPid: 77,
    startTicks: "987654",
  });
});

it("is not misled by a process's name", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      // The kernel cuts names at 15 bytes and they may hold anything but NUL.
      const stat = parseProcStat(line(name.replaceAll("\0", "").slice(0, 15)));
      expect(stat?.startTicks).toBe("987654");
    }),
  );
});

it("refuses a line that is cut", () => {
  expect(parseProcStat("")).toBeUndefined();
  expect(parseProcStat("1234 (java) S 77")).toBeUndefined();
});

it("reads ps where there is no /proc, and takes a zombie for dead", () => {
  expect(parsePsLine("Ss   Sun Nov 22 19:00:00 2026\n")).toBe("Sun Nov 22 19:00:00 2026");
  expect(parsePsLine("Z    Sun Nov 22 19:00:00 2026\n")).toBeUndefined();
  expect(parsePsLine("\n")).toBeUndefined();
});

it("knows this process, and not another with its PID", () => {
  const own = ownIdentity();
  expect(isRunning(own)).toBe(true);
  const earlier = { pid: own.pid, start: "another boot/1" };
  expect(isRunning(earlier)).toBe(false);
  expect(signalProcess(earlier, "SIGKILL")).toBe(false);
});

it("takes a process that ended for gone", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error("the child is not there");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isRunning(identity)).toBe(false);
});
