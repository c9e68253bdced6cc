import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readHolder } from "../../../../src/runtime/stack/processes/file-lock.ts";
import { readSupervisorState } from "../../../../src/runtime/stack/processes/supervisor-files.ts";
import { stackDirectory } from "../../../../src/runtime/stack/stack-paths.ts";
import { readStackRecord } from "../../../../src/runtime/stack/stack-record.ts";
import {
  lastStackSettings,
  removeStackSettings,
  stackSettings,
  writeStackSettings,
} from "../../../../src/runtime/stack/stack-settings.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "orders-files-"));
  vi.stubEnv("XDG_STATE_HOME", home);
  mkdirSync(stackDirectory("one"), { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

it("remembers what a stack listened on once it is down", () => {
  expect(lastStackSettings("one")).toBeUndefined();
  writeStackSettings("one", { brokers: "127.0.0.1:9092" });
  removeStackSettings("one");
  expect(stackSettings("one")).toBeUndefined();
  expect(lastStackSettings("one")).toEqual({ brokers: "127.0.0.1:9092" });
  removeStackSettings("one");
  expect(lastStackSettings("one")).toEqual({ brokers: "127.0.0.1:9092" });
});

it.each(["", "{", "null", "[]", '"text"', "7"])("takes state that reads %j for none", (text) => {
  const directory = stackDirectory("one");
  const write = (name: string) => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  for (const name of ["stack.json", "settings.json", "supervisor/state.json", "lock"]) write(name);
  expect(readStackRecord(directory)).toBeUndefined();
  expect(stackSettings("one")).toBeUndefined();
  expect(readSupervisorState(directory)).toBeUndefined();
  expect(readHolder(join(directory, "lock"))).toBeUndefined();
});

it.each([
  "{}",
  '{"engine":"other"}',
  '{"engine":"local"}',
])("takes the record %s for none", (text) => {
  writeFileSync(join(stackDirectory("one"), "stack.json"), text);
  expect(readStackRecord(stackDirectory("one"))).toBeUndefined();
});
