import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { addCounts, noCounts, settled } from "../../src/load/counts.ts";
import { HistoryFiles } from "../../src/load/history-files.ts";
import type { LoadJson } from "../../src/load/show/load-json.ts";
import type { RunReportJson } from "../../src/load/show/run-json.ts";
import { type OrderServer, startOrderServer } from "../integration/load/order-server.ts";
import { eventually } from "../integration/services.ts";

let directory: string;
let server: OrderServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-instances-"));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => server.close());

function orders(args: readonly string[]) {
  return execa(process.execPath, ["bin/run.js", ...args], {
    ...{ reject: false, env: { XDG_STATE_HOME: directory, XDG_CONFIG_HOME: directory } },
  });
}

const produce = (...args: readonly string[]) =>
  orders(["produce", "--json", "--api-url", server.url, ...args]);

const jsonOf = (stdout: unknown) => JSON.parse(String(stdout)) as LoadJson;

/** The processes that a command started to send its load. */
async function instancesOf(pid: number | undefined): Promise<readonly number[]> {
  const { stdout } = await execa("ps", ["-A", "-o", "pid=,ppid=,args="]);
  return stdout
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s(.*)$/.exec(line))
    .filter((found) => Number(found?.[2]) === pid && found?.[3]?.includes("instance-main"))
    .map((found) => Number(found?.[1]));
}

async function isThere(pid: number): Promise<boolean> {
  const { stdout } = await execa("ps", ["-p", String(pid), "-o", "stat="], { reject: false });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

it("several processes send what one would: each order once, the same counts, a history each", async () => {
  const load = [
    ...["--rate", "300", "--duration", "2s", "--warm-up", "500ms", "--arrivals", "poisson"],
    ...["--seed", "s", "--run-id", "r", "--timeout", "30s"],
  ];
  server = await startOrderServer(() => "accept");
  const alone = jsonOf((await produce(...load)).stdout);
  const aloneKeys = [...server.keys].sort();
  await server.close();
  server = await startOrderServer(() => "accept");
  const history = join(directory, "orders.ndjson.gz");
  const found = await produce(...load, "--instances", "3", "--history", history);
  const together = jsonOf(found.stdout);
  expect(aloneKeys).toHaveLength(750);
  expect([...server.keys].sort()).toEqual(aloneKeys);
  expect(together.counts).toEqual(alone.counts);
  expect(together).toMatchObject({ planned: 600, instances: { count: 3, deaths: [] } });
  expect(together.response_ms.count).toBe(600);
  // The last answers may come a second later.
  const offered = ({ series }: LoadJson) => series.slice(0, 2).map((each) => each.offered);
  expect(offered(together)).toEqual(offered(alone));
  const files = new HistoryFiles();
  for (const path of together.history_files ?? []) await files.addCounted(path);
  const acked: string[] = [];
  for await (const { key, state } of files) if (state === "acked") acked.push(key);
  expect(acked.sort()).toEqual(aloneKeys);
  const report = JSON.parse((await orders(["report", "--json"])).stdout) as RunReportJson;
  expect(report.counts).toEqual(together.counts);
});

it("one that is killed makes the run invalid, and every order of the schedule still has its state", async () => {
  server = await startOrderServer(() => "accept");
  const running = produce("--rate", "200", "--duration", "6s", "--instances", "2");
  await eventually(() => server.keys.length >= 300, "orders under way");
  const [first] = await instancesOf(running.pid);
  process.kill(Number(first), "SIGKILL");
  const { stdout, stderr, exitCode } = await running;
  expect(exitCode).toBe(5);
  expect(stderr).toContain("died (SIGKILL)");
  const { verdict, sentence, counts, series, instances } = jsonOf(stdout);
  expect(verdict).toBe("invalid");
  expect(sentence).toContain("1 of the 2 processes that made the load died");
  expect(instances?.deaths).toMatchObject([{ how: "SIGKILL" }]);
  expect(counts.offered).toBe(1_200);
  expect(settled(counts)).toBe(1_200);
  expect(counts.dropped).toBeGreaterThan(0);
  const sum = noCounts();
  for (const { second: _, ...each } of series) addCounts(sum, each);
  expect(sum).toEqual(counts);
  // Whatever arrived is not said to have been dropped.
  expect(new Set(server.keys).size).toBe(server.keys.length);
  expect(server.keys.length).toBeLessThanOrEqual(counts.offered - counts.dropped);
});

it("Ctrl-C stops them all, and what they sent is told", async () => {
  server = await startOrderServer(() => "accept");
  const running = produce("--rate", "200", "--duration", "1m", "--instances", "2");
  await eventually(() => server.keys.length >= 100, "orders under way");
  const pids = await instancesOf(running.pid);
  expect(pids).toHaveLength(2);
  running.kill("SIGINT");
  const { stdout, exitCode } = await running;
  expect(exitCode).toBe(130);
  const { counts, end } = jsonOf(stdout);
  expect(end).toBe("stopped");
  expect(settled(counts)).toBe(counts.offered);
  expect(counts.acked).toBe(server.keys.length);
  for (const pid of pids) expect(await isThere(pid)).toBe(false);
});

it("none outlives the command, not even its kill -9", async () => {
  server = await startOrderServer(() => "accept");
  const running = produce("--rate", "100", "--duration", "1m", "--instances", "2");
  await eventually(() => server.keys.length >= 50, "orders under way");
  const pids = await instancesOf(running.pid);
  expect(pids).toHaveLength(2);
  running.kill("SIGKILL");
  await running;
  await eventually(
    async () => !(await Promise.all(pids.map(isThere))).includes(true),
    "the end of its processes",
  );
});
