import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeEnterable } from "../../../../../../src/runtime/stack/engines/local/make-enterable.ts";
import { writeFileAtomic } from "../../../../../../src/runtime/stack/state-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orders-enterable-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

it("makes directories and files for another account under any umask, and opens no other", () => {
  const before = process.umask(0o077);
  try {
    makeEnterable(join(directory, "a", "b"));
    writeFileAtomic(join(directory, "a", "settings"), "x", 0o644);
    writeFileAtomic(join(directory, "a", "secret"), "x");
  } finally {
    process.umask(before);
  }
  expect(modeOf(join(directory, "a"))).toBe(0o755);
  expect(modeOf(join(directory, "a", "b"))).toBe(0o755);
  expect(modeOf(join(directory, "a", "settings"))).toBe(0o644);
  expect(modeOf(join(directory, "a", "secret"))).toBe(0o600);
  expect(modeOf(directory)).toBe(0o700);
});
