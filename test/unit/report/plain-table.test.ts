import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitWidths, plainTable, shownCell } from "../../../src/report/plain-table.ts";

const columns = [{ name: "product" }, { name: "pieces", align: "right" as const }];
const rows = [
  ["PROD001", "5"],
  ["PROD002", null],
];

describe("plainTable", () => {
  it("draws a table, numbers to the right, null as nothing", () => {
    expect(plainTable(columns, rows, { width: undefined })).toBe(
      [
        "┌─────────┬────────┐",
        "│ product │ pieces │",
        "├─────────┼────────┤",
        "│ PROD001 │      5 │",
        "│ PROD002 │        │",
        "└─────────┴────────┘",
      ].join("\n"),
    );
  });

  it("wraps its widest column where the terminal is narrow", () => {
    const text = plainTable([{ name: "a" }, { name: "b" }], [["x".repeat(60), "y"]], { width: 40 });
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
    expect(text.replace(/[^x]/g, "")).toHaveLength(60);
  });

  it("gives a row a block of its own where no table fits, or when asked", () => {
    const wide = Array.from({ length: 12 }, (_, n) => ({ name: `column_${n}` }));
    const text = plainTable(wide, [wide.map(() => "a value of some length")], { width: 80 });
    expect(text).toContain("─[ 1 ]");
    expect(text).toContain("column_11 | a value of some length");
    expect(plainTable(columns, rows, { width: undefined, expanded: true })).toContain(
      "product | PROD001",
    );
  });
});

describe("fitWidths", () => {
  it("fits the line exactly whenever a table is possible, and takes only from wide columns", () => {
    const widths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(widths, fc.integer({ min: 20, max: 300 }), (natural, line) => {
        const fitted = fitWidths(natural, line);
        const frame = 3 * natural.length + 1;
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, frame);
        if (sum(natural) <= line) expect(fitted).toEqual(natural);
        else if (fitted === undefined) {
          expect(sum(natural.map((width) => Math.min(width, 12)))).toBeGreaterThan(line);
        } else {
          expect(sum(fitted)).toBe(line);
          for (const [at, width] of fitted.entries()) {
            expect(width).toBeLessThanOrEqual(natural[at] ?? 0);
            expect(width).toBeGreaterThanOrEqual(Math.min(12, natural[at] ?? 0));
          }
        }
      }),
    );
  });
});

describe("shownCell", () => {
  it("shows control characters instead of sending them to the terminal", () => {
    expect(shownCell("a\u001b[31mred\u0007\tb\r\nc\u009b")).toBe("a\\x1b[31mred\\x07  b\nc\\x9b");
  });

  it("cuts what is very long", () => {
    expect(shownCell("x".repeat(1000))).toHaveLength(201);
  });
});
