import { describe, expect, it } from "vitest";
import { judgeDelivery } from "../../../../src/load/judge-delivery.ts";
import { loadJson } from "../../../../src/load/show/load-json.ts";
import { loadReport } from "../../../../src/load/show/load-report.ts";
import { loadResult } from "../load-result.ts";

const counts = { offered: 1_000, sent: 995, acked: 990, failed: 4, unknown: 1, dropped: 5 };
const result = loadResult(counts, {
  responseMs: { count: 990, p50: 0.85, p90: 12.34, p99: 123.4, p999: 1_234.5, max: 9_876 },
  answers: [
    { state: "acked", kind: "202", count: 990 },
    { state: "dropped", kind: "in-flight limit", count: 5 },
    { state: "failed", kind: "timeout before it was sent", count: 4 },
  ],
});

describe("loadReport", () => {
  const text = loadReport(result, judgeDelivery(result), { width: 200, colour: false });

  it("shows counts that add up, rates, latencies, answers and the verdict", () => {
    expect(text).toMatch(/acked +│ +990 │ +99\.00 %/);
    expect(text).toMatch(/= offered +│ 1,000 │ 100\.00 %/);
    expect(text).toMatch(/response +│ +0\.85 ms │/);
    expect(text).toMatch(/response .*│ +1\.23 s │/);
    expect(text).toMatch(/dropped +│ in-flight limit +│ +5/);
    expect(text).toContain("Not delivered at the asked rate: 5 dropped (in-flight limit)");
    expect(text).toContain("--seed s");
  });

  it("has no escape codes unless colour is asked for", () => {
    expect(text).not.toContain("\u001b");
    expect(loadReport(result, judgeDelivery(result), { width: 200, colour: true })).toContain(
      "\u001b[31m",
    );
  });

  it("fits 40 columns", () => {
    const narrow = loadReport(result, judgeDelivery(result), { width: 40, colour: false });
    expect(Math.max(...narrow.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  it("shows no latency where nothing was acknowledged", () => {
    const none = loadResult({ ...counts, acked: 0, failed: 994 });
    expect(loadReport(none, judgeDelivery(none), { width: 200, colour: false })).toMatch(
      /response( +│ +-){5} │/,
    );
  });
});

describe("loadJson", () => {
  it("is snake_case throughout, units last", () => {
    const json = loadJson(result, judgeDelivery(result), "orders.ndjson");
    const keys = JSON.stringify(json).match(/"([A-Za-z0-9_]+)":/g) ?? [];
    expect(keys.filter((key) => /[A-Z]/.test(key))).toEqual([]);
    expect(json.response_ms.p99_9).toBe(1_234.5);
    expect(json.verdict).toBe("undelivered");
    expect(json.history_file).toBe("orders.ndjson");
  });
});
