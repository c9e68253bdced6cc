import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  analyticsChecks,
  customerChecks,
  ledgerChecks,
  ledgerSentChecks,
  orderedChecks,
  outboxChecks,
  partitionChecks,
  sentChecks,
  shopChecks,
  stockChecks,
} from "../../../src/audit/checks/registry.ts";
import { choose } from "../../../src/prove/choose.ts";
import { faults } from "../../../src/prove/faults/registry.ts";
import { soundSystems } from "../../../src/prove/sound/registry.ts";

const checksOf = {
  pipeline: [
    ...[...sentChecks, ...ledgerChecks, ...ledgerSentChecks],
    ...[...partitionChecks, ...customerChecks, ...orderedChecks],
  ].map(({ name }) => name),
  shop: [...outboxChecks, ...analyticsChecks, ...shopChecks, ...stockChecks].map(
    ({ name }) => name,
  ),
};
/** That can never fail: what is not counted yet is open. */
const neverFails = ["log-counted"];

describe("the faults", () => {
  it("are all files of their folder, each under its own name", () => {
    const files = readdirSync("src/prove/faults").map((file) => file.replace(/\.ts$/, ""));
    expect(faults.map(({ name }) => name).toSorted()).toEqual(
      files.filter((file) => file !== "registry").toSorted(),
    );
  });

  it.each(
    faults.map((fault) => [fault.name, fault] as const),
  )("%s says beforehand which checks must fire, each one that there is, and why", (_, {
    of,
    fires,
    explanation,
  }) => {
    expect(explanation).toMatch(/^[a-z].*[^.]$/s);
    expect(fires.length).toBeGreaterThan(0);
    expect(fires.filter(({ check }) => !checksOf[of].includes(check))).toEqual([]);
    expect(fires.filter(({ because }) => because === "")).toEqual([]);
  });

  it("leave no check untried", () => {
    const tried = new Set(faults.flatMap(({ fires }) => fires.map(({ check }) => check)));
    const all = [...checksOf.pipeline, ...checksOf.shop];
    expect(all.filter((check) => !tried.has(check))).toEqual(neverFails);
  });

  it("have no name twice, sound systems included", () => {
    const names = [...faults, ...soundSystems].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("what is run", () => {
  it("is everything, or what is named", () => {
    expect(choose([])).toEqual({ faults, sound: soundSystems });
    const some = choose(["lost-update", "batch"]);
    expect(some.faults.map(({ name }) => name)).toEqual(["lost-update"]);
    expect(some.sound.map(({ name }) => name)).toEqual(["batch"]);
  });

  it("is never naive, which is wrong on purpose", () => {
    expect(soundSystems.map(({ name }) => name)).not.toContain("naive");
    expect(() => choose(["naive"])).toThrow("no such fault");
  });
});
