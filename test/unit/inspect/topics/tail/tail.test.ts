import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrep } from "../../../../../src/inspect/topics/tail/create-grep.ts";
import { byTime, keep } from "../../../../../src/inspect/topics/tail/kept-messages.ts";
import { parseTailStart } from "../../../../../src/inspect/topics/tail/tail-start.ts";
import { parsePointInTime } from "../../../../../src/runtime/settings/parse-point-in-time.ts";

describe("createGrep", () => {
  const texts = (...values: (string | null)[]) =>
    values.map((value) => (value === null ? null : Buffer.from(value)));

  it("matches values as text; a tombstone has none", () => {
    expect(createGrep("^a.c$")(texts("abc", "abcd", null, "a.c"))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it("gives up on a pattern that backtracks without end, and refuses one that is none", () => {
    expect(() => createGrep("(a+)+$")(texts(`${"a".repeat(60)}!`))).toThrow(
      "takes longer than 2 s",
    );
    expect(() => createGrep("(")).toThrow("no regular expression");
  });

  it("looks at the first 64 KiB alone", () => {
    const grep = createGrep("needle");
    expect(grep(texts(`${"x".repeat(65_000)}needle`, `${"x".repeat(65_536)}needle`))).toEqual([
      true,
      false,
    ]);
  });
});

describe("keep", () => {
  const message = (timestampMs: number, offset: number) => ({
    partition: 0,
    offset,
    timestampMs,
    key: null,
    value: null,
    headers: {},
  });

  it("keeps the newest or the oldest, however they arrive", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        (times, count) => {
          const all = times.map(message);
          const sorted = all.toSorted(byTime);
          for (const which of ["newest", "oldest"] as const) {
            const kept = keep(which, count);
            for (const each of all) kept.add([each]);
            const expected = which === "newest" ? sorted.slice(-count) : sorted.slice(0, count);
            expect(kept.take()).toEqual(expected);
          }
        },
      ),
    );
  });
});

describe("where to begin", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");

  it("takes words, offsets, times ago and dates", () => {
    expect(parseTailStart("earliest", now)).toEqual({ kind: "earliest" });
    expect(parseTailStart("4711", now)).toEqual({ kind: "offset", offset: 4711 });
    expect(parseTailStart("15m", now)).toEqual({ kind: "time", ms: now - 900_000 });
    expect(parseTailStart("2026-11-22T10:00:00Z", now)).toEqual({
      kind: "time",
      ms: now - 7_200_000,
    });
    expect(parsePointInTime("2026-11-22", "--since", now).getHours()).toBe(0);
  });

  it.each(["yesterday", "oldest", "", "10", "2026-13-40", "12:00"])("refuses %j", (text) => {
    if (text !== "10") expect(() => parseTailStart(text, now)).toThrow();
    expect(() => parsePointInTime(text, "--since", now)).toThrow();
  });
});
