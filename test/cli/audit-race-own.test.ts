import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RaceJson } from "../../src/audit/show/race-report.ts";

/** Consumers that a race starts for itself: only on a stack that orders has started. */
describe("orders audit race --strategy", () => {
  let stateHome: string;
  beforeAll(async () => {
    stateHome = await mkdtemp(join(tmpdir(), "orders-race-own-"));
    const ports = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];
    await orders("up", "--only", "infra", "--timeout", "110s", ...ports);
  });
  afterAll(async () => {
    await orders("down", "--volumes", "--yes");
    await rm(stateHome, { recursive: true });
  });

  /** Runs the real command on the stack; never rejects. */
  function orders(...args: readonly string[]) {
    return execa(process.execPath, ["bin/run.js", ...args, "--stack", "race-own"], {
      reject: false,
      extendEnv: false,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, XDG_STATE_HOME: stateHome },
    });
  }

  async function left(): Promise<readonly string[]> {
    const schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'orders_bench%'";
    const { stdout: rows } = await orders("db", "query", "--json", schemas);
    const { stdout: topics } = await orders("topic", "list", "--json");
    const { stdout: stock } = await orders("db", "stock", "--json");
    expect(stock).toContain("PROD007");
    return [
      ...(rows.match(/orders_bench_\w+/g) ?? []),
      ...(topics.match(/orders-bench-\w+/g) ?? []),
    ];
  }

  it("finds a sound strategy consistent though a consumer is stopped in every round, and leaves nothing", async () => {
    const { stdout, stderr, exitCode } = await orders(
      ...["audit", "race", "--strategy", "row-lock", "--instances", "2", "--stock", "30"],
      ...["--orders", "60", "--rounds", "2", "--during", "pause-consumer", "--json"],
    );
    expect(exitCode, stderr + stdout).toBe(0);
    const json = JSON.parse(stdout) as RaceJson;
    expect(json).toMatchObject({
      verdict: "consistent",
      consumers: { strategy: "row-lock", instances: 2, during: "pause-consumer" },
      counts: { accepted: 60, reserved: 30, rejected: 30 },
    });
    expect(json.overlap.transactions_at_once_max).toBeGreaterThanOrEqual(2);
    expect(await left()).toEqual([]);
  });

  it("finds the naive strategy violated, by itself, on tables of its own", async () => {
    const { stdout, exitCode } = await orders(
      ...["audit", "race", "--strategy", "naive", "--orders", "60", "--rounds", "2"],
    );
    expect(exitCode, stdout).toBe(1);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "Raced: 2 consumers of the strategy naive, started for it.",
    );
    expect(await left()).toEqual([]);
  });

  it("refuses what it cannot mean, before anything is made", async () => {
    const wrong = [
      ["--during", "pause-consumer"],
      ["--instances", "2", "--target", "http"],
      ["--instances", "2", "--brokers", "127.0.0.1:1"],
      ["--strategy", "batch", "--group", "mine"],
      ["--products", "0"],
      ["--products", "PROD001,PROD001"],
      ["--product", "PROD001", "--products", "2"],
      ["--products", "19", "--target", "kafka"],
    ];
    for (const flags of wrong) {
      const { exitCode, stderr } = await orders("audit", "race", ...flags);
      expect(exitCode, `${flags.join(" ")}: ${stderr}`).toBe(2);
    }
  });
});
