import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveSettings } from "../../../../../src/runtime/settings/resolve-settings.ts";
import {
  gatherEvidence,
  isGiven,
  isOnPath,
} from "../../../../../src/runtime/stack/engines/gather-evidence.ts";

describe("isGiven", () => {
  const own = { brokers: "127.0.0.1:9092" };
  const resolve = (environment: Record<string, string>, stack?: typeof own) =>
    resolveSettings({ environment, stack });

  it.each([
    ["nothing anywhere", resolve({}), undefined, undefined, false],
    ["the stack's own, from its state", resolve({}, own), "local" as const, own, false],
    [
      "the stack's own, by the environment",
      resolve({ KAFKA_BROKERS: own.brokers }, own),
      "local" as const,
      own,
      false,
    ],
    [
      "others by the environment",
      resolve({ KAFKA_BROKERS: "k:1" }, own),
      "local" as const,
      own,
      true,
    ],
    [
      "the stack's own, from its state, taken down since",
      resolve({}, own),
      "local" as const,
      undefined,
      false,
    ],
    ["by the environment, no stack", resolve({ KAFKA_BROKERS: "k:1" }), undefined, undefined, true],
    ["those of an external stack", resolve({}, own), "external" as const, own, true],
  ])("%s", (_, resolved, stackEngine, stackSettings, expected) => {
    expect(isGiven("brokers", { resolved, stackEngine, stackSettings })).toBe(expected);
  });
});

describe.skipIf(process.platform === "win32")("the machine", () => {
  let directory: string;
  const path = process.env.PATH;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "orders-path-"));
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(directory, { recursive: true });
  });
  const program = (name: string, script: string, mode = 0o755) => {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), mode);
  };
  const gather = () =>
    gatherEvidence({
      asked: "auto",
      resolved: resolveSettings({}),
      stackEngine: undefined,
      stackSettings: undefined,
    });

  it("finds programs that can be run, and no others", () => {
    program("runs", "exit 0");
    program("does-not", "exit 0", 0o644);
    mkdirSync(join(directory, "empty"));
    const searched = ["/nowhere", join(directory, "empty"), directory].join(delimiter);
    expect(isOnPath("runs", searched)).toBe(true);
    expect(isOnPath("does-not", searched)).toBe(false);
    expect(isOnPath("runs", "")).toBe(false);
  });

  it.each([
    ["no client", undefined, { client: false, daemon: false, compose: false }],
    ["all answer", "exit 0", { client: true, daemon: true, compose: true }],
    ["no daemon", 'test "$1" = compose', { client: true, daemon: false, compose: true }],
    ["no plugin", 'test "$1" = version', { client: true, daemon: true, compose: false }],
  ])("asks docker: %s", async (_, script, expected) => {
    if (script !== undefined) program("docker", script);
    process.env.PATH = directory;
    expect((await gather()).docker).toEqual(expected);
  });
});
