import fc from "fast-check";
import { expect, it } from "vitest";
import { parseTimestamp } from "../../../src/order/parse-timestamp.ts";

it("reads what Date writes, at any zone", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true }),
      fc.integer({ min: -23 * 60, max: 23 * 60 }),
      (date, zoneMinutes) => {
        expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
        expect(parseTimestamp(date.getTime())).toBe(date.getTime());
        const shifted = date.getTime() + zoneMinutes * 60_000;
        if (shifted < 0) return;
        const local = new Date(shifted).toISOString().slice(0, -1);
        const minutes = Math.abs(zoneMinutes);
        const two = (n: number) => String(n).padStart(2, "0");
        const zone = `${zoneMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
        expect(parseTimestamp(local + zone)).toBe(date.getTime());
      },
    ),
  );
});

it.each([
  ["2026-01-31T23:59:00Z", Date.UTC(2026, 0, 31, 23, 59)],
  ["2026-01-31t23:59:00z", Date.UTC(2026, 0, 31, 23, 59)],
  ["2026-01-31 23:59:00+00:00", Date.UTC(2026, 0, 31, 23, 59)],
  ["2026-01-31T23:59:00.5+01:30", Date.UTC(2026, 0, 31, 22, 29, 0, 500)],
  ["2026-01-31T23:59:00.123456789Z", Date.UTC(2026, 0, 31, 23, 59, 0, 123)],
  ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
  [1_769_903_940_000, 1_769_903_940_000],
  [1.5, 1],
])("reads %s", (value, ms) => {
  expect(parseTimestamp(value)).toBe(ms);
});

it.each([
  "5",
  "",
  "2026",
  "2026-01-31",
  "2026-01-31T23:59:00",
  "2026-01-31T23:59Z",
  "2026-01-31T23:59:00+01",
  "2026-01-31T24:00:00Z",
  "2026-02-29T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "Sat, 31 Jan 2026 23:59:00 GMT",
  "January 31 2026",
  "1769903940000",
  "-271821-04-20T00:00:00Z",
  ` 2026-01-31T23:59:00Z`,
  `2026-01-31T23:59:00.${"1".repeat(100)}Z`,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  null,
  true,
  {},
])("takes %s for no timestamp, whatever Date.parse makes of it", (value) => {
  expect(parseTimestamp(value)).toBeUndefined();
});
