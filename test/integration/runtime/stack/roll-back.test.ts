import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { engineOf } from "../../../../src/runtime/stack/engines/engine-of.ts";
import type { ChildSpec } from "../../../../src/runtime/stack/processes/child-spec.ts";
import { findMarkedProcesses } from "../../../../src/runtime/stack/processes/marked-processes.ts";
import { runningChildren } from "../../../../src/runtime/stack/processes/stop-children.ts";
import {
  amendChildren,
  runningSupervisor,
} from "../../../../src/runtime/stack/processes/supervisor-client.ts";
import { readSupervisorSpec } from "../../../../src/runtime/stack/processes/supervisor-files.ts";
import { findBefore, rollBack } from "../../../../src/runtime/stack/roll-back.ts";
import { stackDirectory } from "../../../../src/runtime/stack/stack-paths.ts";
import { readStackRecord, writeStackRecord } from "../../../../src/runtime/stack/stack-record.ts";
import { stackSettings, writeStackSettings } from "../../../../src/runtime/stack/stack-settings.ts";
import { eventually } from "../../services.ts";

const stack = "rolled-back";
const stateHome = process.env.XDG_STATE_HOME;
let home: string;
let directory: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "orders-roll-back-"));
  process.env.XDG_STATE_HOME = home;
  directory = stackDirectory(stack);
  mkdirSync(directory, { recursive: true });
});
afterEach(async () => {
  for (const { identity } of findMarkedProcesses(directory)) process.kill(identity.pid, "SIGKILL");
  await eventually(() => findMarkedProcesses(directory).length === 0, "no process is left");
  rmSync(home, { recursive: true, force: true });
  if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = stateHome;
});

/** A stand-in for a consumer. */
const child = (name: string, env: Record<string, string> = {}): ChildSpec => ({
  name,
  command: process.execPath,
  args: ["-e", "setInterval(() => {}, 1000)"],
  env,
  cwd: directory,
  stopSignal: "SIGTERM",
  stopGraceMs: 500,
});
const running = () =>
  runningChildren(directory)
    .map(({ name }) => name)
    .toSorted();

it("leaves on record what was, also who was dead just then while the supervisor was stopped", async () => {
  const context = { stack, directory };
  const engine = await engineOf("external");
  const children = [child("consumer-1"), child("consumer-2")];
  const record = {
    ...{ engine: "external" as const, why: "told", topic: "orders-placed", group: "g" },
    ...{ ports: { api: [], consumer: [1, 2] }, scale: { api: 0, consumer: 2 } },
  };
  await amendChildren(directory, { put: children });
  await eventually(() => running().length === 2, "both run");
  writeStackRecord(directory, record);
  writeStackSettings(stack, { brokers: "a:1" });
  const supervisor = runningSupervisor(directory);
  const dead = runningChildren(directory).find(({ name }) => name === "consumer-2");
  if (supervisor === undefined || dead === undefined) throw new Error("nothing runs");
  process.kill(supervisor.pid, "SIGSTOP");
  process.kill(dead.identity.pid, "SIGKILL");
  await eventually(() => running().join() === "consumer-1", "one is dead");

  // What a boot does before it fails.
  const before = await findBefore(context, engine);
  const boot = amendChildren(directory, {
    put: [child("consumer-1", { CHANGED: "yes" }), child("consumer-3")],
    remove: ["consumer-2"],
  });
  boot.catch(() => {});
  await eventually(() => readSupervisorSpec(directory)?.children.length === 2, "it is changed");
  writeStackRecord(directory, { ...record, scale: { api: 0, consumer: 3 } });
  writeStackSettings(stack, { brokers: "b:2" });
  await rollBack(context, engine, before);

  expect(readSupervisorSpec(directory)?.children).toEqual(children);
  expect(readStackRecord(directory)).toMatchObject(record);
  expect(stackSettings(stack)).toEqual({ brokers: "a:1" });
  expect(running()).toEqual(["consumer-1"]);
  process.kill(supervisor.pid, "SIGCONT");
  await eventually(() => running().join() === "consumer-1,consumer-2", "both run again");
  await boot;
});
