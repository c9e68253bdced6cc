import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainTable } from "../../../src/report/plain-table.ts";
import { wrapped } from "../../../src/report/terminal.ts";
import { pieces, shortened, widthOf } from "../../../src/report/width.ts";
import { hostile, steering } from "../../arbitrary/hostile.ts";

const graphemes = (text: string) => [...new Intl.Segmenter().segment(text)].map((s) => s.segment);
const text = fc.string({ unit: "grapheme" });

describe("pieces and shortened", () => {
  it("are as wide as asked at most, cut no character, and lose none", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 30 }), (whole, width) => {
        const parts = pieces(whole, width);
        expect(parts.join("")).toBe(whole);
        for (const part of parts) expect(widthOf(part)).toBeLessThanOrEqual(Math.max(width, 2));
        expect(widthOf(shortened(whole, width))).toBeLessThanOrEqual(Math.max(width, 3));
        const kept = shortened(whole, width).replace(/…$/, "");
        if (kept !== "") expect(graphemes(whole).join("").startsWith(kept)).toBe(true);
      }),
    );
  });

  it("count columns, not characters", () => {
    expect(widthOf("株式会社")).toBe(8);
    expect(shortened("株式会社", 6)).toBe("株式…");
    expect(pieces("👩🏽x🇩🇪y", 3)).toEqual(["👩🏽x", "🇩🇪y"]);
  });
});

describe("wrapped", () => {
  it("fits the width with wide characters, too", () => {
    for (const line of wrapped("Die 株式会社 bestellt 🙂🙂🙂🙂🙂🙂🙂🙂 Stück", 10)) {
      expect(widthOf(line)).toBeLessThanOrEqual(10);
    }
  });
});

describe("a table", () => {
  const columns = [{ name: "customer" }, { name: "pieces", align: "right" as const }];

  it("is straight with any character in it", () => {
    const table = plainTable(
      columns,
      [
        ["株式会社", "1"],
        ["🙂 Zoë e\u0301", "22"],
      ],
      { width: undefined },
    );
    expect(table).toBe(
      [
        "┌──────────┬────────┐",
        "│ customer │ pieces │",
        "├──────────┼────────┤",
        "│ 株式会社 │      1 │",
        "│ 🙂 Zoë é │     22 │",
        "└──────────┴────────┘",
      ]
        .join("\n")
        .replace("é", "e\u0301"),
    );
  });

  it("is straight, fits, and steers nothing, whatever is in it", () => {
    const cell = fc.oneof(text, fc.constantFrom(...hostile), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }), (rows) => {
        const lines = plainTable(columns, rows, { width: 60 }).split("\n");
        expect(lines.filter((line) => steering.test(line))).toEqual([]);
        const widths = new Set(lines.map(widthOf));
        expect([...widths]).toHaveLength(1);
        expect(Math.max(...widths)).toBeLessThanOrEqual(60);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 30_000);

  it("does not let a value's second line look like the next column", () => {
    const block = plainTable(columns, [["a\npieces   | 99", "1"]], {
      width: undefined,
      expanded: true,
    });
    expect(block.split("\n")).toEqual([
      expect.stringContaining("─[ 1 ]"),
      "customer | a",
      "         | pieces   | 99",
      "pieces   | 1",
    ]);
  });
});
