import { describe, expect, it } from "vitest";
import { drainText } from "../../../../src/report/bench/drain-text.ts";
import { reserveText } from "../../../../src/report/bench/reserve-text.ts";
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
