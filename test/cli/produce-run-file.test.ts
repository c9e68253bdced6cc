import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type Options } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunReportJson } from "../../src/load/show/run-json.ts";
import { type OrderServer, startOrderServer } from "../integration/load/order-server.ts";
import { eventually } from "../integration/services.ts";

let home: string;
let server: OrderServer;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "orders-run-file-"));
  server = await startOrderServer(() => "accept");
});
afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

const environment = () => ({ XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, NO_COLOR: "1" });

function orders(args: readonly string[], options: Options = {}) {
  return execa(process.execPath, ["bin/run.js", ...args], {
    ...{ reject: false, all: false, env: environment() },
    ...options,
  });
}

const produce = (url: string, ...more: readonly string[]) =>
  orders(["produce", "--rate", "100", "--duration", "2s", "--api-url", url, ...more]);

const runs = () => readdir(join(home, "orders", "runs")).catch(() => []);

async function reported(): Promise<RunReportJson> {
  const { stdout } = await orders(["report", "--json"]);
  return JSON.parse(String(stdout)) as RunReportJson;
}

describe("a run of orders produce", () => {
  it("is written down, and its report says the same as the load did", async () => {
    const { stdout, exitCode } = await produce(server.url, "--json");
    expect(exitCode).toBe(0);
    const load = JSON.parse(String(stdout)) as Record<string, unknown> & { run_file: string };
    const report = await reported();
    expect(report).toMatchObject({
      ...{ ended: true, source: load.run_file, counts: load.counts },
      run: { run_id: load.run_id, seed: load.seed, target: "http" },
      verdict: { verdict: "delivered", exit_code: 0 },
      // The slowest is known to its bucket alone once it has been in a histogram.
      latency_ms: { response: { ...(load.response_ms as object), max: expect.any(Number) } },
    });
    expect(report.run?.command).toContain("orders produce --rate 100");
    expect(report.run?.revision).toMatch(/^[0-9a-f]{12}/);
    const sum = report.series.reduce((total, { counts }) => total + counts.acked, 0);
    expect(sum).toBe(200);
  });

  it("that was killed reports what it had written, and says that it did not end", async () => {
    const started = ["produce", "--rate", "100", "--duration", "10m", "--api-url", server.url];
    const running = orders(started);
    await eventually(async () => (await runs()).length === 1, "the run's file");
    await eventually(async () => (await reported()).seconds >= 2, "two seconds");
    running.kill("SIGKILL");
    await running;
    const report = await reported();
    expect(report).toMatchObject({ ended: false, verdict: null });
    expect(report.counts.acked).toBeGreaterThan(100);
    expect((await orders(["report"])).stdout).toContain("Run: did not end");
  });

  it("is not written where nothing was reached, or nobody wants it", async () => {
    const nowhere = await produce("http://127.0.0.1:1");
    expect(nowhere.exitCode).toBe(4);
    expect(await runs()).toEqual([]);
    const { stdout, exitCode } = await produce(server.url, "--no-run-file");
    expect([exitCode, await runs()]).toEqual([0, []]);
    expect(stdout).not.toContain("orders report");
  });

  it("goes to its end on a full disk, is reported, and exits 7", async () => {
    const command = `trap '' XFSZ; ulimit -f 4; exec "${process.execPath}" bin/run.js produce --rate 100 --duration 4s --api-url ${server.url}`;
    const { stdout, stderr, exitCode } = await execa("bash", ["-c", command], {
      ...{ reject: false, env: environment() },
    });
    expect(exitCode).toBe(7);
    expect(stderr).toMatch(/^Error: the run's file \S+ could not be written: .*\(EFBIG\)/m);
    expect(stdout).toContain("400 of 400 orders acknowledged");
    expect(stdout).not.toContain("orders report");
  });

  it("is refused before an order is sent where its place cannot be written to", async () => {
    await writeFile(join(home, "orders"), "");
    const { stderr, exitCode } = await produce(server.url);
    expect([exitCode, server.keys]).toEqual([7, []]);
    expect(stderr).toContain("--no-run-file");
  });
});
