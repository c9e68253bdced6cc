import { describe, expect, it } from "vitest";
import { parseSearchRequest, type SearchText } from "../../../../src/load/search/search-request.ts";

describe("parseSearchRequest", () => {
  it("is a search at --rate max alone", () => {
    expect(parseSearchRequest({ rate: "100" })).toBeUndefined();
    expect(parseSearchRequest({})).toBeUndefined();
    expect(parseSearchRequest({ rate: "max" })).toMatchObject({
      ...{ fromPerSecond: 100, maxPerSecond: 200_000, sloMs: 100, reconcile: true },
      durationMs: { step: 5_000, hold: 30_000 },
    });
    expect(
      parseSearchRequest({ rate: "Max", from: "2k", slo: "1s", step: "2s", hold: "1m" }),
    ).toMatchObject({
      ...{ fromPerSecond: 2_000, sloMs: 1_000, firstLoad: { rate: "2000", duration: "2s" } },
      durationMs: { step: 2_000, hold: 60_000 },
    });
  });

  it.each<[SearchText, RegExp]>([
    [{ rate: "100", slo: "1s" }, /--slo goes with --rate max only/],
    [{ rate: "100", reconcile: false }, /--no-reconcile goes with --rate max only/],
    [{ rate: "max", duration: "1s" }, /--duration does not go with --rate max/],
    [{ rate: "max", orders: 5 }, /--orders does not go/],
    [{ rate: "max", history: "x" }, /--history does not go/],
    [{ rate: "max", "json-lines": true }, /--json-lines does not go/],
    [{ rate: "max", "run-id": "x" }, /--run-id does not go/],
    [{ rate: "max", instances: 2 }, /--instances does not go/],
    [{ rate: "max", from: "0" }, /--from must be from 0\.1 to 200000/],
    [{ rate: "max", step: "1ms" }, /--step must be from/],
    [{ rate: "max", slo: "5" }, /--slo "5" has no unit/],
    [{ rate: "max", foreign: true }, /nothing says where this system keeps them/],
  ])("refuses %j", (text, message) => {
    expect(() => parseSearchRequest(text)).toThrow(message);
  });

  it("counts the rates of another system where it is said how", () => {
    const text = { rate: "max", foreign: true };
    expect(parseSearchRequest({ ...text, reconcile: false })?.reconcile).toBe(false);
    expect(parseSearchRequest({ ...text, "end-to-end": true })?.reconcile).toBe(true);
  });
});
