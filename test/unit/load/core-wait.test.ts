import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { coreWaitMs } from "../../../src/load/core-wait.ts";

const directory = mkdtempSync(join(tmpdir(), "core-wait-"));
afterAll(() => rmSync(directory, { recursive: true }));

function written(text: string): string {
  const path = join(directory, "schedstat");
  writeFileSync(path, text);
  return path;
}

it("reads the second figure, nanoseconds", () => {
  expect(coreWaitMs(written("911026000 2054970000 812\n"))).toBe(2_054.97);
});

it.each(["", "0 0", "no figures here"])("%j is not counted", (text) => {
  expect(coreWaitMs(written(text))).toBeUndefined();
});

it("is not counted where there is no such file", () => {
  expect(coreWaitMs(join(directory, "none"))).toBeUndefined();
});

it.runIf(existsSync("/proc/self/schedstat"))("never falls", () => {
  const first = coreWaitMs() ?? Number.NaN;
  const endMs = performance.now() + 20;
  while (performance.now() < endMs);
  expect(coreWaitMs()).toBeGreaterThanOrEqual(first);
});
