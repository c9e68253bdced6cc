import { describe, expect, it } from "vitest";
import { judgeDelivery } from "../../../../src/load/judge-delivery.ts";
import type { RateSearch, RateTry, SearchEnd } from "../../../../src/load/search/rate-search.ts";
import { parseSearchRequest } from "../../../../src/load/search/search-request.ts";
import { searchExitCode } from "../../../../src/load/search/search-verdict.ts";
import { searchClosing, tryHead, tryText } from "../../../../src/load/show/rate-search-text.ts";
import { loadResult } from "../load-result.ts";

const counts = { offered: 1_000, sent: 1_000, acked: 1_000, failed: 0, unknown: 0, dropped: 0 };
const responseMs = { count: 1_000, p50: 1, p90: 2, p99: 12.3, p999: 20, max: 30 };
const result = loadResult(counts, { responseMs, achievedRatePerSecond: 12_345 });
const tried: RateTry = {
  ...{ number: 12, kind: "hold", ratePerSecond: 12_300, verdict: "not_held" },
  reasons: ["response p99 412 ms,\u001b[31m and 250 ms is asked"],
  figures: {
    ...{ result, delivered: judgeDelivery(result), thresholds: [], endToEnd: undefined },
    backlog: { lag: 1_234_567, drainedMs: 20, unread: undefined },
  },
};
const off = (width: number) => ({ width, colour: false });

function search(end: SearchEnd): RateSearch {
  const request = parseSearchRequest({ rate: "max" });
  if (request === undefined) throw new Error("no search");
  const found = end === "found" ? 400 : undefined;
  return {
    ...{ request, seed: "s", end, ratePerSecond: found, heldPerSecond: 400, reason: undefined },
    ...{ notHeldPerSecond: 420, tries: [{ ...tried, verdict: "held", ratePerSecond: 400 }] },
  };
}

describe("a rate that was tried", () => {
  it("is a line under its head, with why it did not hold below", () => {
    const [line = "", why] = tryText(tried, off(80)).split("\n");
    expect(line.replaceAll(/ +/g, " ")).toBe(
      " 12 hold 12,300/s 12,345/s 12.3 ms 1,234,567 not held",
    );
    expect(line.indexOf("not held")).toBe(tryHead(off(80))?.indexOf("verdict"));
    expect(why).toContain("412 ms");
  });

  it.each([40, 70, 80])("fits %i columns, and what it says steers no terminal", (width) => {
    const text = tryText(tried, off(width));
    expect(text).not.toContain("\u001b");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
  });
});

describe("what a search came to", () => {
  it.each<[SearchEnd, number, RegExp]>([
    ["found", 0, /^Highest rate that holds: 400\/s.*its row; 420\/s did not hold/],
    ["none", 5, /^No rate holds.*Not even 100\/s held/],
    ["unconfirmed", 5, /no rate that was tried held for 30 s/],
    ["invalid", 5, /^Ended early: the generator was the limit.*400\/s had held until then/],
    ["unreachable", 4, /Nothing was reached any more at 400\/s/],
    ["not_reconciled", 3, /The rate 400\/s does not count/],
    ["not_measured", 3, /does not count/],
    ["backlog", 3, /is a consumer running\?/],
    ["stopped", 0, /^Stopped early/],
  ])("%s: exit %i, and it says so", (end, code, said) => {
    const exitCode = searchExitCode(search(end));
    expect(exitCode).toBe(code);
    const text = searchClosing(search(end), exitCode, off(60));
    expect(text.replaceAll(/\n */g, " ")).toMatch(said);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });
});
