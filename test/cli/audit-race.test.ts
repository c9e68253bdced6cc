import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RaceJson } from "../../src/audit/show/race-report.ts";
import { openRaceBench, type RaceBench } from "../integration/audit/race-bench.ts";
import { lockFirst, readThenWrite } from "../integration/audit/test-consumers.ts";
import { eventually, testServices } from "../integration/services.ts";

describe("orders audit race", () => {
  let directory: string;
  let bench: RaceBench;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "orders-audit-"));
  });
  afterAll(() => rm(directory, { recursive: true }));
  beforeEach(async () => {
    bench = await openRaceBench("ours");
  });
  afterEach(() => bench.close());

  /** Runs the real command in a process of its own; never rejects. */
  function race(args: readonly string[]) {
    const command = ["bin/run.js", "audit", "race", "--target", "kafka"];
    return execa(process.execPath, [...command, ...args], {
      reject: false,
      timeout: 60_000,
      env: {
        XDG_STATE_HOME: directory,
        NO_COLOR: "1",
        KAFKA_BROKERS: testServices().brokers,
        KAFKA_TOPIC: bench.topic.topic,
        CONSUMER_GROUP_ID: bench.group,
        DATABASE_URL: bench.url,
      },
    });
  }

  it("exits 0 with the table on stdout and the progress on stderr when all is consistent", async () => {
    await bench.consume(lockFirst);
    const { exitCode, stdout, stderr } = await race([
      "--orders",
      "40",
      "--rounds",
      "2",
      "--details",
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("Overlap: up to");
    expect(stdout).toMatch(/│ check +│ expected +│ found +│ result +│/);
    expect(stdout).toMatch(/Race for PROD007: consistent\n[\s\S]*exit code {2}0: each of 40/);
    expect(stdout).toContain("consistent: each of 40 accepted orders has exactly one outcome");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stderr).toContain("in 2 rounds");
    expect(stderr).not.toContain("Warning");
  });

  it("exits 1 with one JSON value and nothing else on stdout when the consumer loses updates", async () => {
    await bench.consume(readThenWrite);
    const { exitCode, stdout, stderr } = await race(["--orders", "40", "--json"]);
    expect(exitCode, stderr).toBe(1);
    // Its progress is on stderr: half a minute without a word looks like a hang.
    expect(stderr).toContain("✔ Looking for consumers");
    const json = JSON.parse(stdout) as RaceJson;
    expect(json).toMatchObject({
      verdict: "violated",
      product_id: "PROD007",
      orders: 40,
      stock: null,
      counts: { accepted: 40, dead_lettered: 0 },
      overlap: { held: true },
    });
    const failed = json.checks.filter((check) => check.status === "fail");
    expect(failed.map((check) => check.check)).toContain("reserved-matches-orders");
  });

  it("exits 3 at once when nobody consumes, and says what to do", async () => {
    const { exitCode, stdout } = await race([]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/PROD007: inconclusive\n[\s\S]*exit code {2}3: no consumer of group/);
    expect(stdout).toContain("orders consume");
  });

  it.runIf(process.platform === "linux")(
    "says in its closing block the code that it ends with, where CI's file could not be written",
    async () => {
      const { exitCode, stdout } = await race(["--junit", "/dev/full"]);
      expect(exitCode).toBe(7);
      expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
        /exit code 7: the JUnit file \/dev\/full could not be written: .*; no consumer of group/,
      );
    },
  );

  it("exits 2 for a product that is not there, 4 for a database or a topic that is not", async () => {
    const product = await race(["--product", "NOPE"]);
    expect(product.exitCode).toBe(2);
    expect(product.stderr).toContain("PROD007");
    const database = await race(["--database-url", "postgresql://nobody:secret@127.0.0.1:9/x"]);
    expect(database.exitCode).toBe(4);
    expect(database.stderr).not.toContain("secret");
    const topic = await race(["--topic", `${bench.topic.topic}-nope`]);
    expect(topic.exitCode).toBe(4);
    expect(topic.stderr).toContain("has no topic");
  });

  it("lets the row go and exits 130 on Ctrl-C", async () => {
    // One transaction at a time: the race waits at its held row for a second one.
    await bench.consume(lockFirst, 1);
    const running = race(["--orders", "200", "--rounds", "40"]);
    const sessions = () =>
      bench.database.query<{ pid: number }>({
        text: `SELECT pid FROM pg_stat_activity WHERE application_name = 'orders audit race'
               AND datname = current_database() AND state = 'idle in transaction'`,
      });
    await eventually(async () => (await sessions()).rows.length > 0, "the row is held");
    running.kill("SIGINT");
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toContain("SIGINT: letting the row go");
    expect((await sessions()).rows).toEqual([]);
  });
});
