import { describe, expect, it } from "vitest";
import { spreadOf } from "../../../../src/bench/figures/statistics.ts";
import { drainPage } from "../../../../src/bench/show/drain-page.ts";
import { reservePage } from "../../../../src/bench/show/reserve-page.ts";
import { barChart } from "../../../../src/report/html/bar-chart.ts";
import { figuresIn } from "../../../../src/report/html/page.ts";
import { drainJson, pageHead, reserveJson, strategies } from "../../bench/show/results.ts";

describe.each([
  ["reserve", reservePage(reserveJson(), pageHead())],
  ["drain", drainPage(drainJson(), pageHead())],
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
  const html = reservePage(reserveJson(["spread"]), pageHead());
  for (const strategy of strategies) expect(html).toContain(`<th scope="row">${strategy}`);
  expect(html).toContain("naive *");
  expect(html).toContain("naive (inexact)");
  expect(html).toContain("°");
});

it("says of which service the CPU time is unknown", () => {
  expect(drainPage(drainJson(), pageHead())).toContain("Unknown for PostgreSQL");
});

it("shouts where the result is wrong", () => {
  const html = drainPage(
    { ...drainJson(), exact: false, problems: ["run 1: an order is missing"] },
    pageHead(),
  );
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
    const [wide = "", narrow = ""] = svg.markup.split("</svg>");
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

describe("what a page begins with", () => {
  const head = pageHead({
    warnings: ["The machine was <busy>."],
    origin: { ...pageHead().origin, command: "orders bench reserve --seed '<b>'" },
  });
  const html = reservePage(reserveJson(["spread"]), head);
  const top = html.slice(html.indexOf("<h1>"), html.indexOf('<dl class="headlines">'));

  it("says whose figures these are, before the first of them", () => {
    for (const text of [
      "2026-01-02 03:04:05 UTC",
      "orders 1.2.3, commit 0123456789ab-dirty",
      "bench-host",
      "0.50, 1.25, 2.00 on 2 cores",
      "orders bench reserve --seed &#39;&lt;b&gt;&#39;",
    ])
      expect(top).toContain(text);
  });

  it("warns there, and only where there is something to warn of", () => {
    expect(top).toContain("<strong>Warning:</strong> The machine was &lt;busy&gt;.");
    expect(reservePage(reserveJson(["spread"]), pageHead())).not.toContain("Warning:");
  });

  it("keeps the figures for the bench that replaces the page", () => {
    expect(figuresIn(html)).toEqual(head.figures);
    expect(figuresIn("<html>")).toBeUndefined();
  });
});

it("draws eight strategies that differ by 100 times so that each is seen, the fastest first", () => {
  const given = reserveJson(["hot"]);
  const results = given.results.toReversed().map((each, index) => {
    const rates = spreadOf([1_000 * 100 ** (index / 7)]);
    return { ...each, lines_per_second: rates, orders_per_second: rates };
  });
  const html = reservePage({ ...given, results }, pageHead());
  const sorted = results.toReversed().map(({ strategy }) => strategy);
  for (const [name, svg] of html.split("<svg").slice(1).entries()) {
    const bars = [...svg.matchAll(/class="bar \w+" x="[^"]+" y="[^"]+" width="([^"]+)"/g)];
    const widths = bars.map(([, width]) => Number(width));
    expect(widths, `drawing ${name}`).toHaveLength(8);
    expect(Math.min(...widths)).toBeGreaterThan(15);
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(svg).toContain("Logarithmic");
  }
  const rows = [...html.matchAll(/<th scope="row">([\w-]+)(?: \*)?<\/th><td class="right">/g)];
  expect(rows.slice(0, 8).map(([, strategy]) => strategy)).toEqual(sorted);
});
