import { expect, it } from "vitest";
import {
  amendedSpec,
  type ChildSpec,
  hashOfSpec,
} from "../../../../../src/runtime/stack/processes/child-spec.ts";

const child = (name: string, overrides: Partial<ChildSpec> = {}): ChildSpec => ({
  name,
  command: "/bin/true",
  args: [],
  env: { A: "1", B: "2" },
  cwd: "/",
  stopSignal: "SIGTERM",
  stopGraceMs: 1_000,
  ...overrides,
});

it("needs a restart for another command, environment or port, not for patience", () => {
  const hash = hashOfSpec(child("api-1"));
  expect(hashOfSpec(child("api-1", { env: { B: "2", A: "1" } }))).toBe(hash);
  expect(hashOfSpec(child("api-1", { stopGraceMs: 5 }))).toBe(hash);
  expect(hashOfSpec(child("api-1", { env: { A: "1" } }))).not.toBe(hash);
  expect(hashOfSpec(child("api-1", { args: ["x"] }))).not.toBe(hash);
  expect(hashOfSpec(child("api-1", { port: 1 }))).not.toBe(hash);
});

it("puts, replaces and removes children; every change is a new revision", () => {
  const first = amendedSpec(undefined, { put: [child("kafka"), child("api-1")] });
  expect(first.revision).toBe(1);
  const second = amendedSpec(first, {
    put: [child("api-1", { args: ["new"] }), child("api-2")],
    remove: ["kafka", "never-there"],
  });
  expect(second.revision).toBe(2);
  expect(second.children.map(({ name, args }) => [name, ...args])).toEqual([
    ["api-1", "new"],
    ["api-2"],
  ]);
});
