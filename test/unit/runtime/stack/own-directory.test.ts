import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPlaceOf } from "../../../../src/runtime/stack/engines/local/postgres-account.ts";
import {
  findOwnDirectory,
  removeOwnDirectory,
} from "../../../../src/runtime/stack/own-directory.ts";

let home: string;
let stack: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "orders-own-"));
  stack = join(home, "ci");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("a stack's directory", () => {
  it("is missing, or a directory of this user, or not ours to touch", () => {
    expect(findOwnDirectory(stack)).toBe(false);
    symlinkSync(join(home, "nowhere"), stack);
    expect(() => findOwnDirectory(stack)).toThrow("symbolic link");
    rmSync(stack);
    writeFileSync(stack, "");
    expect(() => findOwnDirectory(stack)).toThrow("no directory");
    rmSync(stack);
    mkdirSync(stack);
    expect(findOwnDirectory(stack)).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)("of another user is left alone", () => {
    mkdirSync(stack);
    chownSync(stack, 4711, 4711);
    expect(() => findOwnDirectory(stack)).toThrow("another user (uid 4711");
  });

  it("half made goes whole, with what a killed writer left", () => {
    for (const name of ["engine/kafka/data", "supervisor", "logs", "ledger"])
      mkdirSync(join(stack, name), { recursive: true });
    for (const name of ["lock.12.new", "stack.json.7.tmp", "settings.former.json", "lock"])
      writeFileSync(join(stack, name), "{");
    expect(removeOwnDirectory(stack)).toEqual([]);
    expect(existsSync(stack)).toBe(false);
  });

  it("keeps what orders did not put there, and names it", () => {
    mkdirSync(join(stack, "engine"), { recursive: true });
    mkdirSync(join(stack, "photos"));
    writeFileSync(join(stack, "stack.json.backup"), "");
    expect(removeOwnDirectory(stack).toSorted()).toEqual(["photos", "stack.json.backup"]);
    expect(readdirSync(stack).toSorted()).toEqual(["photos", "stack.json.backup"]);
  });

  it("is told apart from another's place for PostgreSQL's data", () => {
    expect(isPlaceOf(stack, join(stack, "engine", "postgres"))).toBe(true);
    expect(isPlaceOf(stack, join(home, "other", "engine", "postgres"))).toBe(false);
    expect(isPlaceOf(stack, "/var/lib/orders/stacks/other-12345678")).toBe(false);
    expect(isPlaceOf(stack, "/home")).toBe(false);
  });
});
