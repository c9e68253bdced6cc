import { expect, it } from "vitest";
import { parseSince } from "../../../../src/audit/wiring/offsets-since.ts";

const nowMs = Date.parse("2026-11-27T06:00:00Z");

it.each([
  ["epoch", { kind: "epoch" }],
  ["beginning", { kind: "beginning" }],
  ["15m", { kind: "time", atMs: nowMs - 900_000 }],
  ["2026-11-27T05:00:00Z", { kind: "time", atMs: nowMs - 3_600_000 }],
  ["2026-11-27T06:00:00+02:00", { kind: "time", atMs: nowMs - 7_200_000 }],
])("--since %s", (text, since) => {
  expect(parseSince(text, nowMs)).toEqual(since);
});

it.each([
  "yesterday",
  "",
  "Epoch",
  "5",
])("--since %j is none, and says how to write one", (text) => {
  expect(() => parseSince(text, nowMs)).toThrow(/is no point in time/);
});
