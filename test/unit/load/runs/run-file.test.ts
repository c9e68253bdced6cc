import { appendFile, chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readRun } from "../../../../src/load/runs/read-run.ts";
import { openRunFile } from "../../../../src/load/runs/run-file-writer.ts";
import type { RunLine } from "../../../../src/load/runs/run-lines.ts";
import { isRunFileName, mayMean, runFileName } from "../../../../src/load/runs/run-names.ts";
import { runHeaderOf, runResultOf, sliceOf } from "./runs.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-runs-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function linesOf(path: string): Promise<readonly RunLine[]> {
  const found: RunLine[] = [];
  for await (const line of (await readRun(path)).lines) found.push(line);
  return found;
}

const audit = { verdict: "consistent", reason: "all 1 checks passed", checks: [] };

it("reads back what was written: header, slices, result, and what was found out later", async () => {
  const file = await openRunFile(join(directory, "a", "runs"), runHeaderOf());
  const slices = [sliceOf(0, { response: [1, 2] }), sliceOf(1, {}, { gauges: { lag: 5 } })];
  for (const slice of slices) file.slice(slice);
  file.line("result", runResultOf());
  file.line("end_to_end", { histogram: "x", source: "created_at" });
  file.line("of_a_later_version", { whatever: 1 });
  file.line("audit", audit);
  await file.close();
  expect(file.error).toBeUndefined();
  expect((await readRun(file.path)).header).toEqual(runHeaderOf());
  expect(await linesOf(file.path)).toEqual([
    ...slices.map((slice) => ({ kind: "slice", slice })),
    { kind: "result", result: runResultOf() },
    { kind: "end_to_end", endToEnd: { histogram: "x", source: "created_at" } },
    { kind: "audit", audit },
  ]);
});

it("has each line in the file before the next second, so that a kill costs none that was told", async () => {
  const file = await openRunFile(directory, runHeaderOf());
  file.slice(sliceOf(0));
  await new Promise(setImmediate);
  await expect.poll(() => readFile(file.path, "utf8")).toContain('"second":0');
  // What kill -9 in the middle of a write leaves.
  await appendFile(file.path, '{"kind":"slice","second":1,"cou');
  expect(await linesOf(file.path)).toHaveLength(1);
  await file.close();
});

it("is its owner's alone under any umask, and gives two of one name in one moment a file each", async () => {
  const before = process.umask(0o777);
  try {
    const runs = join(directory, "deep", "runs");
    const files = await Promise.all([1, 2, 3].map(() => openRunFile(runs, runHeaderOf())));
    expect(new Set(files.map(({ path }) => path)).size).toBe(3);
    for (const { path, name } of files) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(isRunFileName(name)).toBe(true);
    }
    expect((await stat(runs)).mode & 0o777).toBe(0o700);
    await Promise.all(files.map((file) => file.close()));
  } finally {
    process.umask(before);
  }
});

it("leaves a directory that is there as it is", async () => {
  const runs = join(directory, "runs");
  await mkdir(runs);
  await chmod(runs, 0o755);
  await (await openRunFile(runs, runHeaderOf())).close();
  expect((await stat(runs)).mode & 0o777).toBe(0o755);
});

it("says before the load that nothing can be written there, exit 7, and what to do", async () => {
  await writeFile(join(directory, "taken"), "");
  const opening = openRunFile(join(directory, "taken", "runs"), runHeaderOf());
  await expect(opening).rejects.toMatchObject({
    ...{ kind: "output", exitCode: 7, meaning: "no order was sent" },
    remedy: expect.stringContaining("--no-run-file"),
  });
});

it.each([
  ["", "empty"],
  ["{}\n", "does not say orders-run"],
  [`${JSON.stringify(runHeaderOf())}`, "cut off"],
  [`${JSON.stringify({ ...runHeaderOf(), version: 2 })}\n`, "of version 2"],
  [`${JSON.stringify({ ...runHeaderOf(), machine: null })}\n`, "machine"],
])("refuses %j as a run, and says why", async (text, why) => {
  const path = join(directory, "x.ndjson");
  await writeFile(path, text);
  await expect(readRun(path)).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining(why),
  });
});

it.each([
  ["nonsense", "no JSON object"],
  ['{"kind":"slice","second":0.5}', "second"],
  ['{"kind":"slice","second":0,"counts":{}}', "count"],
  ['{"kind":"result"}', "figure"],
  ['{"kind":"audit","verdict":"consistent"}', "verdict, reason and checks"],
])("names the line that is broken: %s", async (line, why) => {
  const path = join(directory, "x.ndjson");
  await writeFile(path, `${JSON.stringify(runHeaderOf())}\n${line}\n`);
  await expect(linesOf(path)).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(new RegExp(`x\\.ndjson:2 .*${why}`)),
  });
});

it("names files by any run id, in the order of their beginnings", () => {
  const time = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(time, time, fc.string(), fc.string(), (a, b, idA, idB) => {
      const [nameA, nameB] = [runFileName(a, idA), runFileName(b, idB, 2)];
      expect(isRunFileName(nameA) && isRunFileName(nameB)).toBe(true);
      if (a.getTime() !== b.getTime()) expect(nameA < nameB).toBe(a < b);
      if (idA !== "") expect(mayMean(idA, nameA)).toBe(true);
    }),
  );
});
