import { describe, expect, it } from "vitest";
import { steadyResult } from "../../../../src/bench/figures/steady-result.ts";
import { steadyPage } from "../../../../src/bench/show/steady-page.ts";
import { steadyText } from "../../../../src/bench/show/steady-text.ts";
import { pageHead } from "./results.ts";
import { steadyRuns, steadyWindowOf } from "./steady-runs.ts";

const good = steadyResult(
  steadyRuns([
    [steadyWindowOf(1_000, 4), steadyWindowOf(5_000, 12)],
    [steadyWindowOf(5_000, 14), steadyWindowOf(1_000, 5)],
  ]),
);
const bad = steadyResult(
  steadyRuns([
    [
      steadyWindowOf(1_000, 4, { lost: 3 }),
      steadyWindowOf(5_000, 12, { shortfalls: ["4000.0 of 5000 orders/s left"] }),
    ],
  ]),
);

describe("steadyText", () => {
  it.each([40, 80, 140])("fits %i columns", (width) => {
    for (const line of steadyText(good, { width, colour: false }).split("\n"))
      expect(line.length, line).toBeLessThanOrEqual(width);
  });

  it("shows each rate with its percentiles, orders lost, and how it was measured", () => {
    const text = steadyText(good, { width: 80, colour: false });
    expect(text).toContain("1,000 orders/s for 10 s");
    expect(text).toMatch(/produce to commit p50\s+│\s+4\.50 ms │ 4\.00 ms to 5\.00 ms, 2 runs/);
    expect(text).toMatch(/orders lost\s+│\s+0 │\s+of 20,000/);
    expect(text).toContain("Delivered at the asked rate in every run.");
    expect(text).toContain("How it was measured:");
  });

  it("says what was lost and what was not delivered", () => {
    const text = steadyText(bad, { width: 200, colour: false });
    expect(text).toContain("NOT EXACT: 1000/s: 3 acknowledged orders were not committed");
    expect(text).toContain("NOT DELIVERED at the asked rate: 5,000/s, run 1: 4000.0 of 5000");
  });
});

describe("steadyPage", () => {
  it("draws every rate, and marks what must not be trusted", () => {
    const html = steadyPage(good, pageHead());
    expect(html).toContain('<p class="verdict good">');
    expect(html.match(/<svg /g)).toHaveLength(2);
    expect(html).toContain("5,000 orders/s, committed p99: 39.0 ms.");
    expect(html).not.toMatch(/<script|https?:\/\//);
    expect(steadyPage(bad, pageHead())).toContain('<p class="verdict bad">');
  });
});
