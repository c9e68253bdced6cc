import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/failure/failure.ts";
import { formatDuration, parseDuration } from "../../../src/ports/duration.ts";

const limits = { minMs: 1, maxMs: 86_400_000 };
const parse = (text: string) => parseDuration(text, "--duration", limits);

describe("parseDuration", () => {
  it.each([
    ["500ms", 500],
    ["10s", 10_000],
    ["1.5s", 1_500],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    [" 2s ", 2_000],
    ["24h", 86_400_000],
  ])("reads %s as %d ms", (text, ms) => {
    expect(parse(text)).toBe(ms);
  });

  it.each([
    "",
    "s",
    "ten",
    "10 s",
    "-1s",
    "1d",
    "1s5",
    "1e3ms",
    "0x10s",
    ".5s",
  ])("refuses %j as a usage error", (text) => {
    expect(() => parse(text)).toThrow(Failure);
    expect(() => parse(text)).toThrow(/--duration/);
  });

  it("says which unit is missing", () => {
    expect(() => parse("10")).toThrow(/has no unit/);
  });

  it.each(["0s", "25h"])("refuses %s as out of range, naming the range", (text) => {
    expect(() => parse(text)).toThrow(/from 1ms to 24h/);
  });

  it("reads back what formatDuration writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), (seconds) => {
        expect(parse(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });
});
