import { describe, expect, it } from "vitest";
import { benchClosing, drainSummary } from "../../../../src/bench/show/bench-closing.ts";
import { drainText } from "../../../../src/bench/show/drain-text.ts";
import { reserveText } from "../../../../src/bench/show/reserve-text.ts";
import { drainJson, reserveJson } from "./results.ts";

describe.each([40, 80, 140])("at %d columns", (width) => {
  const terminal = { width, colour: false };
  const longest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

  it("fits, with floor, workload, machine and method", () => {
    for (const text of [reserveText(reserveJson(), terminal), drainText(drainJson(), terminal)]) {
      expect(longest(text)).toBeLessThanOrEqual(width);
      for (const word of ["Floor", "UUIDv7", "PostgreSQL", "shared_buffers", "measured"])
        expect(text).toContain(word);
    }
  });
});

it("keeps a row a row at 80 columns, in two tables", () => {
  const text = reserveText(reserveJson(["spread"]), { width: 80, colour: false });
  expect(text).toMatch(/│ batch +│ spread +│ +125,000 │/);
  expect(text).toMatch(/│ naive \* +│ spread +│ +[\d,.]+ m?s │/);
});

it("says what it does not know", () => {
  const text = drainText(drainJson(), { width: 80, colour: false });
  expect(text).toMatch(/CPU of PostgreSQL +│ +unknown/);
});

describe("the block at the end", () => {
  it("gives the figure and the exit code", () => {
    const { headline, tone, rows, exitCode } = benchClosing(drainSummary(drainJson()), []);
    expect([headline, tone, exitCode]).toEqual([
      "Measured, and reconciled: each order exactly once",
      ...["good", 0],
    ]);
    expect(rows).toEqual([
      ["drained", "batch 100,000 orders/s (95,000 to 105,000, 3 runs), 0.58 of the COPY floor"],
      ["exit code", "0"],
    ]);
  });

  it("warns, and names every reason with the worst code", () => {
    const page = { exitCode: 7, reason: "the page could not be written" };
    const bad = drainSummary({ ...drainJson(), exact: false });
    const { tone, rows } = benchClosing(bad, ["The machine was busy."], [page]);
    expect(tone).toBe("bad");
    expect(rows).toContainEqual(["warning", "The machine was busy."]);
    expect(rows.at(-1)).toEqual([
      "exit code",
      "1: a measurement was not exact; the page could not be written",
    ]);
  });
});
