import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { registry } from "../../../../src/audit/checks/registry.ts";
import { decidedWorld, judged } from "../evidence-of.ts";

it("names each check as its file, and says in one sentence what it holds", () => {
  const files = readdirSync(new URL("../../../../src/audit/checks/", import.meta.url));
  for (const { name, explanation } of registry) {
    expect(files).toContain(`${name}.ts`);
    expect(explanation).toMatch(/^[A-Z][^.]+\.$/);
  }
});

it("is the order in which findings are reported, each under its check's name", () => {
  const { checks } = judged(decidedWorld(new Map([["PROD001", 5]]), []));
  expect(checks.map(({ check }) => check)).toEqual(registry.map(({ name }) => name));
});
