import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRunFile } from "../../src/load/runs/run-file-writer.ts";
import type { RunReportJson } from "../../src/load/show/run-json.ts";
import { runHeaderOf, runResultOf, sliceOf } from "../unit/load/runs/runs.ts";
import { orders } from "./program.ts";

let home: string;
let directory: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "orders-runs-"));
  directory = join(home, "orders", "runs");
  for (const [n, id] of ["aaaa", "bbbb", "cccc"].entries()) {
    const started_at = `2026-11-0${n + 1}T00:00:00.000Z`;
    const file = await openRunFile(directory, runHeaderOf({ run_id: id, started_at }));
    file.slice(sliceOf(0, { response: [1, 2, 3] }));
    if (id !== "bbbb") file.line("result", runResultOf());
    await file.close();
  }
});
afterAll(() => rm(home, { recursive: true }));

const run = (...args: readonly string[]) => orders(args, { env: { XDG_STATE_HOME: home } });

describe("orders report", () => {
  it("reports the last run as text, as JSON, and as Markdown", async () => {
    const text = await run("report");
    expect([text.exitCode, text.stderr]).toEqual([0, ""]);
    expect(text.stdout).toContain("Run: delivered");
    const { run: made, ended } = JSON.parse(
      (await run("report", "--json")).stdout,
    ) as RunReportJson;
    expect([made?.run_id, ended]).toEqual(["cccc", true]);
    expect((await run("report", "bbbb", "--md")).stdout).toContain("This run did not end");
  });

  it("writes page and test cases, replaces its own page, and nobody else's file", async () => {
    const [page, junit, notes] = ["page.html", "cases.xml", "notes.txt"].map((name) =>
      join(home, name),
    ) as [string, string, string];
    for (let again = 0; again < 2; again++)
      expect((await run("report", "aaaa", "--html", page, "--junit", junit)).exitCode).toBe(0);
    expect(await readFile(page, "utf8")).toContain("<h1>Load aaaa</h1>");
    expect(await readFile(junit, "utf8")).toContain("<testsuites");
    await writeFile(notes, "mine");
    const { exitCode, stderr } = await run("report", "--html", notes);
    expect([exitCode, await readFile(notes, "utf8")]).toEqual([2, "mine"]);
    expect(stderr).toContain("no page of orders report");
  });

  it("exits 2 for a run that is not there, and 7 where the page cannot be written", async () => {
    const missing = await run("report", "zzzz");
    expect([missing.exitCode, missing.stdout]).toEqual([2, ""]);
    expect(missing.stderr).toContain('no run and no file "zzzz"');
    const full = await run("report", "--html", "/dev/full");
    expect(full.exitCode).toBe(7);
    expect(full.stdout).toContain("Run: delivered");
  });
});

describe("orders compare", () => {
  const written = async (id: string, seconds: number, slowed: number) => {
    const schedule = { rate_per_second: 200, duration_ms: seconds * 1_000, orders: seconds * 200 };
    const file = await openRunFile(join(home, "compared"), runHeaderOf({ run_id: id, schedule }));
    for (let second = 0; second < seconds; second++) {
      const response = Array.from({ length: 200 }, (_, n) => (slowed * (n + (second % 3))) / 10);
      file.slice(sliceOf(second, { response }));
    }
    file.line("result", runResultOf());
    await file.close();
    return file.path;
  };

  it("exits 6 for what is worse than asked, 3 for too short a run, 2 for another load", async () => {
    const [fast, slow] = [await written("fast", 30, 1), await written("slow", 30, 1.5)];
    const worse = await run("compare", fast, slow, "--fail-if-worse", "10%", "--json");
    expect(worse.exitCode).toBe(6);
    expect(JSON.parse(worse.stdout)).toMatchObject({
      ...{ exit_code: 6, fail_if_worse: 0.1 },
      failed: expect.arrayContaining(["response_p50"]),
    });
    const text = await run("compare", fast, slow, "--fail-if-worse", "60%");
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(/response_p50.*worse/);
    expect((await run("compare", fast, await written("short", 5, 1))).exitCode).toBe(3);
    const other = await run("compare", fast, "aaaa");
    expect([other.exitCode, other.stderr]).toEqual([
      2,
      expect.stringContaining("rate 200 against"),
    ]);
  });
});

describe("orders runs", () => {
  it("lists and shows runs, and keeps its directory from being taken for a stack", async () => {
    const { stdout } = await run("runs", "list");
    expect(stdout).toMatch(/aaaa.*delivered[\s\S]*bbbb.*did not end[\s\S]*cccc/);
    expect((await run("runs", "show", "bbbb")).stdout).toContain("localhost:9092");
    expect(JSON.parse((await run("ls", "--json")).stdout)).toMatchObject({ stacks: [] });
    const down = await run("down", "--volumes", "--yes", "--stack", "runs");
    expect(down.exitCode).toBe(2);
    expect(await readdir(directory)).toHaveLength(3);
  });

  it("prunes only when somebody agreed, and says what went", async () => {
    expect((await run("runs", "prune")).exitCode).toBe(2);
    const unasked = await run("runs", "prune", "--keep", "1");
    expect(unasked.exitCode).toBe(2);
    expect(unasked.stderr).toContain("2 runs");
    const pruned = await run("runs", "prune", "--keep", "1", "--yes");
    expect([pruned.exitCode, pruned.stdout]).toEqual([0, expect.stringMatching(/^Removed 2 runs/)]);
    expect(await readdir(directory)).toEqual(["20261103T000000000Z-cccc.ndjson"]);
    expect((await run("runs", "prune", "--keep", "1", "--yes")).stdout).toBe("Nothing to remove.");
  });
});
