import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { failed, passed, unknown } from "../../../../src/audit/finding.ts";
import { verdictText } from "../../../../src/audit/show/verdict-text.ts";
import { verdictOf } from "../../../../src/audit/verdict.ts";
import { terminalOf } from "../../../../src/report/terminal.ts";

const verdict = verdictOf([
  passed("accepted-decided-once", {
    expected: "100 accepted, one outcome each",
    found: "60 reserved + 40 rejected + 0 dead-lettered",
  }),
  failed("reserved-matches-orders", {
    expected: "60 in 10 products",
    found: "58 in 10 products",
    detail: "reserved_quantity is not what the reserved orders add up to in 1 of 10 products",
    examples: ["PROD007 (reserved 58, orders say 60)"],
  }),
  unknown("total-matches-movements", {
    expected: "total = Σ movements",
    found: "no table",
    detail: "there is no stock_movements table",
    required: false,
  }),
]);

describe("a verdict on a terminal", () => {
  it.each([20, 40, 60, 80, 200])("keeps within %i columns", (width) => {
    const text = verdictText(verdict, { width, colour: false });
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(text.replaceAll(/\s+/g, " ")).toContain("violated:");
  });

  it("says the same with colour, and without writes no escape sequence", () => {
    const plain = verdictText(verdict, { width: 80, colour: false });
    const coloured = verdictText(verdict, { width: 80, colour: true });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    expect(stripVTControlCharacters(plain)).toBe(plain);
  });

  it("does not let text from a database steer the terminal", () => {
    const hostile = verdictOf([
      failed("a", { expected: "x", found: "y", examples: ["id (\u001b[2J\u0007)"] }),
    ]);
    const text = verdictText(hostile, { width: 80, colour: false });
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u0007");
  });
});

describe("terminal", () => {
  it("has colour only on a terminal, and never with NO_COLOR", () => {
    expect(terminalOf({ isTTY: true, columns: 120 }, {})).toEqual({ width: 120, colour: true });
    expect(terminalOf({ isTTY: true, columns: 120 }, { NO_COLOR: "1" }).colour).toBe(false);
    expect(terminalOf({ isTTY: true }, { TERM: "dumb" }).colour).toBe(false);
    expect(terminalOf({}, {})).toEqual({ width: 80, colour: false });
  });
});
