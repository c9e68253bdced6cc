import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findRun } from "../../../../src/load/runs/find-run.ts";
import { listRuns } from "../../../../src/load/runs/list-runs.ts";
import { pruneRuns, runsToPrune } from "../../../../src/load/runs/prune-runs.ts";
import { openRunFile } from "../../../../src/load/runs/run-file-writer.ts";
import type { RunHeader } from "../../../../src/load/runs/run-lines.ts";
import { runHeaderOf, runResultOf, sliceOf } from "./runs.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-runs-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** @returns its path. */
async function written(more: Partial<RunHeader>, ended = true): Promise<string> {
  const file = await openRunFile(directory, runHeaderOf(more));
  file.slice(sliceOf(0, { response: [1] }));
  if (ended) file.line("result", runResultOf());
  await file.close();
  return file.path;
}

const day = (n: number) => `2026-11-${String(n).padStart(2, "0")}T00:00:00.000Z`;
const nobody = () => false;

it("finds a run by the beginning of its id or name, the latest, or a path, and says what it cannot", async () => {
  expect(() => findRun(directory, "latest")).toThrow("no run yet");
  const first = await written({ run_id: "aaaa1111", started_at: day(1) });
  const last = await written({ run_id: "aaab2222", started_at: day(2) });
  expect(findRun(directory, "latest")).toBe(last);
  expect(findRun(directory, "aaaa")).toBe(first);
  expect(findRun(directory, "20261102")).toBe(last);
  expect(findRun(directory, first)).toBe(first);
  expect(() => findRun(directory, "aaa")).toThrow(/may be any of 2 runs: 20261101T\S+, 2026/);
  expect(() => findRun(directory, "aaaa1112")).toThrow("did you mean aaaa1111?");
  expect(() => findRun(directory, "../..")).toThrow("no run and no file");
});

it("finds the one of two runs with one id by its name", async () => {
  await written({ started_at: day(1) });
  const second = await written({ started_at: day(2) });
  expect(() => findRun(directory, runHeaderOf().run_id)).toThrow("2 runs");
  expect(findRun(directory, "20261102T")).toBe(second);
});

it("lists runs by the two ends of their files, and says of what has none that it did not end", async () => {
  await written({ started_at: day(2) }, false);
  await written({ started_at: day(1) });
  await writeFile(join(directory, "20261103T000000000Z-x.ndjson"), "somebody's\n");
  await writeFile(join(directory, "notes.txt"), "mine");
  const runs = await listRuns(directory);
  expect(runs.map(({ header, result }) => [header?.started_at, result?.verdict])).toEqual([
    [day(1), "delivered"],
    [day(2), undefined],
    [undefined, undefined],
  ]);
  expect(await listRuns(join(directory, "nowhere"))).toEqual([]);
});

it("prunes what it made and nothing else, keeps the newest, and what is being written", async () => {
  for (const n of [1, 2, 3, 4]) await written({ started_at: day(n), run_id: `run${n}` });
  const running = { pid: 7, start: "now" };
  await written({ started_at: day(1), run_id: "running", process: running }, false);
  await written({ started_at: day(1), run_id: "killed" }, false);
  await writeFile(join(directory, "20261101T000000000Z-x.ndjson"), "somebody's\n");
  await mkdir(join(directory, "20261101T000000000Z-y.ndjson"));
  const elsewhere = join(directory, "notes.txt");
  await writeFile(elsewhere, JSON.stringify(runHeaderOf()));
  await symlink(elsewhere, join(directory, "20261101T000000000Z-z.ndjson"));
  const runs = await listRuns(directory);
  const gone = runsToPrune(runs, { keep: 2 }, ({ start }) => start === "now");
  expect(gone.map(({ header }) => header?.run_id).sort()).toEqual(["killed", "run1", "run2"]);
  expect(pruneRuns(gone)).toMatchObject({ failed: [] });
  expect((await readdir(directory)).sort()).toEqual([
    "20261101T000000000Z-running.ndjson",
    "20261101T000000000Z-x.ndjson",
    "20261101T000000000Z-y.ndjson",
    "20261101T000000000Z-z.ndjson",
    "20261103T000000000Z-run3.ndjson",
    "20261104T000000000Z-run4.ndjson",
    "notes.txt",
  ]);
});

it("prunes by age, and never below what is to be kept", async () => {
  for (const n of [1, 2, 3]) {
    const path = await written({ started_at: day(n), run_id: `run${n}` });
    await utimes(path, new Date(day(n)), new Date(day(n)));
  }
  const runs = await listRuns(directory);
  const writtenBeforeMs = Date.parse(day(3));
  const ids = (keep?: number) =>
    runsToPrune(runs, { keep, writtenBeforeMs }, nobody).map(({ header }) => header?.run_id);
  expect(ids()).toEqual(["run1", "run2"]);
  expect(ids(2)).toEqual(["run1"]);
  expect(ids(9)).toEqual([]);
});
