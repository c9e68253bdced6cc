import { describe, expect, it } from "vitest";
import { spreadOf } from "../../../../src/bench/statistics.ts";
import { barChart, niceTicks } from "../../../../src/report/bench/bar-chart.ts";
import { drainPage } from "../../../../src/report/bench/drain-page.ts";
import { reservePage } from "../../../../src/report/bench/reserve-page.ts";
import { drainJson, reserveJson, strategies } from "./results.ts";

describe.each([
  ["reserve", reservePage(reserveJson())],
  ["drain", drainPage(drainJson())],
])("the page of %s", (_, html) => {
  it("needs nothing from elsewhere and runs no script", () => {
    expect(html).not.toMatch(/<script|<link rel="stylesheet"|@import|url\(|https?:\/\//);
    expect(html).toContain("default-src 'none'");
  });

  it("gives every chart a title and a description, and no id twice", () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, labels = ""] of html.matchAll(/aria-labelledby="([^"]+)"/g))
      for (const label of labels.split(" ")) expect(ids).toContain(label);
    expect(html.match(/<title id/g)?.length).toBe(html.match(/<svg/g)?.length);
  });

  it("escapes what comes from the machine", () => {
    expect(html).toContain("A processor &lt;of some kind&gt;");
  });

  it("states workload, machine, settings and method", () => {
    for (const text of [
      "UUIDv7",
      "10,000 customers",
      "seed bench",
      "synchronous_commit",
      "Then that.",
    ])
      expect(html).toContain(text);
  });
});

it("shows every strategy with its figures, and marks what is inexact and what was cut off", () => {
  const html = reservePage(reserveJson(["spread"]));
  for (const strategy of strategies) expect(html).toContain(`<th scope="row">${strategy}`);
  expect(html).toContain("naive *");
  expect(html).toContain("naive (inexact)");
  expect(html).toContain("°");
});

it("says of which service the CPU time is unknown", () => {
  expect(drainPage(drainJson())).toContain("Unknown for PostgreSQL");
});

it("shouts where the result is wrong", () => {
  const html = drainPage({
    ...drainJson(),
    exact: false,
    problems: ["run 1: an order is missing"],
  });
  expect(html).toContain('class="verdict bad"');
  expect(html).toContain("NOT EXACT: run 1: an order is missing");
});

describe("barChart", () => {
  it("keeps every bar and every dot inside", () => {
    const svg = barChart({
      id: "a",
      title: "t",
      description: "d",
      groups: [
        {
          heading: "g",
          bars: [{ label: "l", figure: spreadOf([1, 7, 990]), value: "v", look: "measured" }],
        },
      ],
      reference: { value: 400, label: "r" },
      writeTick: String,
    });
    const [wide = "", narrow = ""] = svg.split("</svg>");
    for (const [drawing, width] of [
      [wide, 960],
      [narrow, 360],
    ] as const) {
      const across = [...drawing.matchAll(/ (?:x|x1|x2|cx)="([^"]+)"/g)].map(([, x]) => Number(x));
      expect(Math.min(...across)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...across)).toBeLessThanOrEqual(width);
    }
  });
});

describe("niceTicks", () => {
  it.each([
    [181_000, 6, [0, 50_000, 100_000, 150_000, 200_000]],
    [0.71, 6, [0, 0.2, 0.4, 0.6, 0.8]],
    [100, 4, [0, 25, 50, 75, 100]],
    [0, 4, [0, 1]],
  ])("covers %d in about %d steps", (largest, count, expected) => {
    expect(niceTicks(largest, count)).toEqual(expected);
  });
});
