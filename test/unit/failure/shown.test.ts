import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shown, shownJson, shownLines, shownPlainLines } from "../../../src/failure/shown.ts";
import { hostile, steering } from "../../arbitrary/hostile.ts";

const anyText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)) }),
);

describe("shown", () => {
  it("leaves nothing that steers, and changes nothing the second time", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(shown(text)).not.toMatch(steering);
        expect(shown(shown(text))).toBe(shown(text));
      }),
      { numRuns: 500 },
    );
  });

  it("says what was there", () => {
    expect(shown("a\u001b[31m\n\u0085\u202e\u{e0041}\ud800")).toBe(
      "a\\x1b[31m\\x0a\\x85\\u202e\\u{e0041}\\ud800",
    );
  });

  it.each([
    "plain",
    "Zoë, 株式会社, Владимир, e\u0301",
    "❤️ 🙂 🇩🇪",
    "C:\\path",
  ])("leaves %s alone", (text) => {
    expect(shown(text)).toBe(text);
  });
});

describe("shownLines", () => {
  it("keeps line breaks and our colours, and nothing else that steers", () => {
    const ours = "\u001b[32mgood\u001b[0m\n\u001b[1mnext\u001b[0m";
    expect(shownLines(ours)).toBe(ours);
    expect(shownLines("a\u001b[2Jb\u001b[38;5;1mc\r\n")).toBe("a\\x1b[2Jb\\x1b[38;5;1mc\\x0d\n");
  });
});

describe("shownPlainLines", () => {
  it("keeps line breaks, and takes no colour for ours", () => {
    expect(shownPlainLines("a\u001b[31mb\n\u001b[0mc")).toBe("a\\x1b[31mb\n\\x1b[0mc");
  });
});

describe("shownJson", () => {
  it("means the same to every parser, and steers no terminal", () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyText, (value, text) => {
        const json = shownJson({ value, text }, 2);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text })));
        expect(json.replaceAll("\n", "")).not.toMatch(steering);
      }),
    );
  });
});
