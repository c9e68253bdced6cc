import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import {
  analyticsChecks,
  outboxChecks,
  registry,
  shopChecks,
} from "../../../../src/audit/checks/registry.ts";
import { decidedWorld, judged } from "../evidence-of.ts";
import { limited, race } from "./evidence.ts";

const world = decidedWorld(new Map([["PROD001", 5]]), []);

it("names each check as its file, and says in one sentence what it holds", () => {
  const files = readdirSync(new URL("../../../../src/audit/checks/", import.meta.url));
  for (const { name, explanation } of [
    ...registry,
    ...outboxChecks,
    ...analyticsChecks,
    ...shopChecks,
  ]) {
    expect(files).toContain(`${name}.ts`);
    expect(explanation).toMatch(/^[A-Z][^.]+\.$/);
  }
});

it("is the order in which findings are reported, each under its check's name", () => {
  const { checks } = judged(world, registry, { race, limited: [limited] });
  expect(checks.map(({ check }) => check)).toEqual(registry.map(({ name }) => name));
});

it("asks of a run only what the run can answer", () => {
  const asked = (ofRun?: Parameters<typeof judged>[2]) =>
    judged(world, registry, ofRun).checks.map(({ check }) => check);
  const ofEveryRun = asked();
  expect(ofEveryRun).not.toContain("sold-exactly");
  expect(asked({ race })).toEqual([
    ...ofEveryRun,
    ...["pieces-were-sold", "transactions-overlapped", "group-caught-up", "history-complete"],
  ]);
});
