import { describe, expect, it } from "vitest";
import { Failure } from "../../../../../src/failure/failure.ts";
import { requireEndpoints } from "../../../../../src/runtime/stack/engines/external/external-engine.ts";
import { mayMigrate } from "../../../../../src/runtime/stack/engines/external/may-migrate.ts";
import {
  ownsData,
  refuseForeignData,
} from "../../../../../src/runtime/stack/engines/external/owns-data.ts";

describe("mayMigrate", () => {
  it.each([
    [false, 0, false, true],
    [false, 0, true, true],
    [false, 1, false, false],
    [false, 1, true, true],
    [true, 0, false, true],
    [true, 9, false, true],
  ])("own %s, %i tables, --migrate %s → %s", (own, tables, migrateFlag, expected) => {
    expect(mayMigrate({ own, tables, migrateFlag })).toBe(expected);
  });
});

describe("ownsData", () => {
  const stack = { brokers: "127.0.0.1:9092", databaseUrl: "postgresql://u:p@127.0.0.1:5432/db" };

  it.each([
    ["the stack's own", { stackEngine: "local" as const, stack, used: stack }, true],
    ["on docker too", { stackEngine: "docker" as const, stack, used: stack }, true],
    ["an external stack's", { stackEngine: "external" as const, stack, used: stack }, false],
    ["no stack", { stackEngine: undefined, stack: {}, used: stack }, false],
    [
      "another database",
      { stackEngine: "local" as const, stack, used: { ...stack, databaseUrl: "postgresql://x/y" } },
      false,
    ],
    [
      "other brokers",
      { stackEngine: "local" as const, stack, used: { ...stack, brokers: "kafka:9092" } },
      false,
    ],
  ])("%s", (_, evidence, expected) => {
    expect(ownsData(evidence)).toBe(expected);
    const refuse = () => refuseForeignData(evidence, false, "reset");
    if (expected) refuse();
    else expect(refuse).toThrow(/reset would destroy data/);
    refuseForeignData(evidence, true, "reset");
  });
});

describe("requireEndpoints", () => {
  it("needs both", () => {
    const both = { brokers: "k:1", databaseUrl: "postgresql://h/d" };
    expect(requireEndpoints(both)).toEqual(both);
    expect(() => requireEndpoints({ brokers: "k:1" })).toThrow(Failure);
    expect(() => requireEndpoints({ ...both, brokers: undefined })).toThrow(Failure);
  });
});
