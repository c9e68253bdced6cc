import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { cacheDirectory, stackDirectory } from "../../../../src/runtime/stack/stack-paths.ts";

afterEach(() => vi.unstubAllEnvs());

it("keeps state and downloads where XDG says", () => {
  vi.stubEnv("XDG_STATE_HOME", "/var/a state");
  vi.stubEnv("XDG_CACHE_HOME", "/var/cache");
  expect(stackDirectory("one")).toBe("/var/a state/orders/one");
  expect(cacheDirectory()).toBe("/var/cache/orders");
});

it.each(["", "relative/place"])("keeps them at home where XDG says %j", (given) => {
  vi.stubEnv("XDG_STATE_HOME", given);
  vi.stubEnv("XDG_CACHE_HOME", given);
  expect(stackDirectory("one")).toBe(join(homedir(), ".local/state/orders/one"));
  expect(cacheDirectory()).toBe(join(homedir(), ".cache/orders"));
});
