import { describe, expect, it } from "vitest";
import { parseRate } from "../../../../src/load/schedule/parse-rate.ts";

describe("parseRate", () => {
  it.each([
    ["1000", 1_000],
    ["0.5", 0.5],
    ["250/s", 250],
    ["1k", 1_000],
    ["1.5K/s", 1_500],
  ])("reads %s", (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  it.each(["", "fast", "1e3", "-5", "10/m", "1,000"])("refuses %j", (text) => {
    expect(() => parseRate(text)).toThrow(/is not a number of orders per second/);
  });
});
