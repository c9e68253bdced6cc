import { describe, expect, it } from "vitest";
import { placeIn } from "../../../../src/inspect/query/statement-failure.ts";

describe("placeIn", () => {
  it("marks the place in its line", () => {
    expect(placeIn("select *\n  from nope", 17)).toBe("LINE 2:   from nope\n               ^");
  });

  it("counts characters as PostgreSQL does, not UTF-16 units", () => {
    const shown = placeIn("select '😀', nope", 13).split("\n");
    expect(shown[0]?.slice(shown[1]?.indexOf("^"))).toBe("nope");
  });

  it("shows the part of a long line that matters", () => {
    const shown = placeIn(`select ${"1 + ".repeat(200)}nope`, 808).split("\n");
    expect(shown[0]?.length).toBeLessThan(120);
    expect(shown[0]?.slice(shown[1]?.indexOf("^"))).toBe("nope");
  });
});
