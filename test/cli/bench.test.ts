import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReserveBenchJson } from "../../src/bench/figures/bench-result.ts";
import { createKafka } from "../../src/runtime/kafka/kafka-client.ts";
import { benchRemains, benchSchemas } from "../integration/bench/user-state.ts";
import {
  createTestDatabase,
  eventually,
  type TestDatabase,
  testServices,
  testSettings,
} from "../integration/services.ts";

describe("orders bench", () => {
  let directory: string;
  let db: TestDatabase;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "orders-bench-"));
    db = await createTestDatabase({ empty: true });
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
    await db.drop();
  });

  /** Runs the real command in a process of its own; never rejects. */
  function bench(...args: readonly string[]) {
    return execa(process.execPath, ["bin/run.js", "bench", ...args], {
      reject: false,
      timeout: 90_000,
      env: {
        XDG_STATE_HOME: directory,
        NO_COLOR: "1",
        KAFKA_BROKERS: testServices().brokers,
        DATABASE_URL: db.url,
      },
    });
  }
  const small = ["--orders", "500", "--runs", "1", "--workers", "2", "--batch", "100"];

  it("prints one JSON value and writes a page", async () => {
    const page = join(directory, "bench.html");
    const { exitCode, stdout, stderr } = await bench(
      ...["reserve", "--only", "hot", "--strategy", "batch", "--strategy", "conditional"],
      ...[...small, "--json", "--quiet", "--html", page],
    );
    expect([exitCode, stderr]).toEqual([0, ""]);
    const json = JSON.parse(stdout) as ReserveBenchJson;
    expect(json.results.map(({ strategy, scenario }) => [strategy, scenario])).toEqual([
      ["batch", "hot"],
      ["conditional", "hot"],
    ]);
    const html = await readFile(page, "utf8");
    expect(html).toContain("<title>Reserving stock");
    expect(html).toMatch(/orders bench reserve --only hot [^<]*--json --quiet --html/);
    expect(await benchSchemas(db.database)).toEqual([]);
  });

  it("prints a table that fits 80 columns, with progress on stderr", async () => {
    const { exitCode, stdout, stderr } = await bench("drain", ...small);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/│ orders\/s +│ +[\d,]+ │/);
    expect(stdout).toContain("each order exactly once, the stock agrees");
    expect(stdout).toMatch(/Measured, and reconciled[^\n]*\n[\s\S]*exit code +0\n*$/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stderr).toContain("Run 1 of 1: draining the topic");
  });

  it("removes everything after Ctrl-C in the midst of a drain, says so at once, exit 130", async () => {
    const running = bench("drain", "--orders", "20000", "--runs", "9");
    let said = "";
    running.stderr?.on("data", (data: Buffer) => {
      said += data.toString();
    });
    await eventually(() => said.includes("draining the topic"), "a drain begins", 60_000);
    const id = /orders_bench_(\w{8})/.exec(said)?.[1] ?? "unnamed";
    running.kill("SIGINT");
    const { exitCode, stdout } = await running;
    expect([exitCode, stdout]).toEqual([130, ""]);
    expect(said).toContain("SIGINT: stopping, and removing what the bench made");
    const kafka = createKafka(testSettings(), "orders-test");
    const remains = await benchRemains(kafka, db.database);
    expect(remains.filter((name) => name.includes(id))).toEqual([]);
  });

  it.each([
    [["reserve", "--scenario", "nonsense"], /nonsense/],
    [["reserve", "--only", "hot", "--scenario", "spread"], /scenario/],
    [["reserve", "--html", "/nonexistent/bench.html"], /the page cannot be written/],
    [["drain", "--timeout", "10"], /--timeout "10" has no unit/],
  ])("refuses %s", async (args, expected) => {
    const { exitCode, stderr } = await bench(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(expected);
  });
});
