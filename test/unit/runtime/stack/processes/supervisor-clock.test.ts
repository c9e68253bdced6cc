import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Supervisor } from "../../../../../src/runtime/stack/processes/supervisor.ts";
import {
  makeSupervisorDirectories,
  readSupervisorState,
  supervisorFiles,
} from "../../../../../src/runtime/stack/processes/supervisor-files.ts";
import { writeJsonAtomic } from "../../../../../src/runtime/stack/state-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orders-supervisor-clock-"));
  makeSupervisorDirectories(directory);
  writeJsonAtomic(supervisorFiles(directory).spec, {
    revision: 1,
    children: [
      {
        ...{ name: "broken", command: process.execPath, args: ["-e", "process.exit(7)"], env: {} },
        ...{ cwd: directory, stopSignal: "SIGTERM", stopGraceMs: 500 },
      },
    ],
  });
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

const hourMs = 3_600_000;
const broken = () => readSupervisorState(directory)?.children[0];

/** A look every few milliseconds. */
async function lookUntil(supervisor: Supervisor, holds: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + 20_000; !holds(); await delay(20)) {
    if (performance.now() > untilMs) throw new Error(JSON.stringify(broken()));
    supervisor.runOnce();
  }
}

it("starts a child that died again after its pause, though the clock is set back by an hour", async () => {
  const supervisor = new Supervisor(directory, () => {});
  await lookUntil(supervisor, () => broken()?.status === "waiting");
  vi.setSystemTime(Date.now() - hourMs);
  await lookUntil(supervisor, () => (broken()?.restarts ?? 0) >= 1);
});

it("leaves a child down that dies and dies, though the clock is set ahead by an hour each time", async () => {
  const supervisor = new Supervisor(directory, () => {});
  let deaths = 0;
  await lookUntil(supervisor, () => {
    const now = broken()?.deathsAtMs.length ?? 0;
    if (now > deaths) vi.setSystemTime(Date.now() + hourMs);
    deaths = Math.max(deaths, now);
    return broken()?.status === "failed";
  });
});

it("does not wait for a time that was noted before the machine was started anew", async () => {
  const first = new Supervisor(directory, () => {});
  await lookUntil(first, () => broken()?.status === "waiting");
  const state = readSupervisorState(directory);
  const ahead = Date.now();
  writeJsonAtomic(supervisorFiles(directory).state, {
    ...state,
    children: state?.children.map((child) => ({
      ...{ ...child, nextStartAtMs: ahead, deathsAtMs: Array(4).fill(ahead) },
    })),
  });
  const next = new Supervisor(directory, () => {});
  await lookUntil(next, () => (broken()?.restarts ?? 0) >= 1);
  await lookUntil(next, () => broken()?.status === "waiting");
  expect(broken()?.deathsAtMs).toHaveLength(1);
});
