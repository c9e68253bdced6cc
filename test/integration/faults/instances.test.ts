import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { execa } from "execa";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createPipeline, manyOrders, type TestPipeline } from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await createPipeline(6);
});
afterEach(() => pipeline.close());

function startInstances(...flags: string[]) {
  return execa("node", ["bin/run.js", "consume", "--instances", "3", ...flags], {
    env: pipeline.environment,
    reject: false,
    all: true,
    timeout: 60_000,
    forceKillAfterDelay: false,
  });
}

/** PIDs of the parent's children. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "ppid=,pid="]);
  const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([parent, child]) => (parent === pid && child !== undefined ? [child] : []));
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits until three instances have connections of their own to the database. */
async function started(pid: number | undefined): Promise<number[]> {
  return eventually(async () => {
    const { rows } = await pipeline.database.query<{ n: number }>({
      text: `SELECT count(*) AS n FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'orders consume'`,
    });
    const children = await childrenOf(pid);
    return (rows[0]?.n ?? 0) >= 3 && children.length === 3 && children;
  }, "three instances run");
}

const allGone = (pids: readonly number[]) =>
  eventually(() => !pids.some(isAlive), "no instance is left", 20_000);

it("drains a topic together and adds up", async () => {
  await pipeline.place(manyOrders(3_000));
  const { exitCode, stdout, all } = await startInstances("--until-caught-up", "--json");
  expect(exitCode, all).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ reserved: 3_000, instances: 3, caught_up: true });
});

it("stops all on SIGTERM to the parent", async () => {
  const parent = startInstances();
  const instances = await started(parent.pid);
  parent.kill("SIGTERM");
  const { exitCode, all } = await parent;
  expect(exitCode, all).toBe(0);
  await allGone(instances);
});

it("says so and stops the others when an instance is killed", async () => {
  const parent = startInstances();
  const instances = await started(parent.pid);
  process.kill(instances[1] ?? 0, "SIGKILL");
  const { exitCode, all } = await parent;
  expect(exitCode, all).toBe(70);
  expect(all).toMatch(/instance \d was ended by SIGKILL; stopping the others/);
  await allGone(instances);
});

it("leaves no instance behind when the parent is killed", async () => {
  const parent = startInstances();
  const instances = await started(parent.pid);
  parent.kill("SIGKILL");
  await parent;
  await allGone(instances);
});
