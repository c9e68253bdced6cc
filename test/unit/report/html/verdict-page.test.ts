/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failed, passed, unknown } from "../../../../src/audit/finding.ts";
import { type RunReport, suiteOf } from "../../../../src/report/ci/run-report.ts";
import { verdictMarkdown } from "../../../../src/report/ci/verdict-markdown.ts";
import { verdictPage } from "../../../../src/report/html/verdict-page.ts";
import { hostile, steering } from "../../../arbitrary/hostile.ts";
import { hasBrowser, openBrowser, openPage } from "../../../browser.ts";

function reportOf(text: string): RunReport {
  const broken = failed("messages-decided-once", {
    ...{ expected: text, found: text, detail: text, examples: [text, "order-1 (no outcome)"] },
  });
  return {
    title: "orders audit ledger",
    exitCode: 1,
    closing: { headline: `Ledger: ${text}`, tone: "bad", rows: [["exit code", text]] },
    suites: [
      suiteOf("ledger", [
        { ...broken, explanation: text, see: [`orders explain ${text}`] },
        passed("stock-adds-up", { expected: "10 in 1 product", found: "10 in 1 product" }),
        unknown("movements", { expected: "all", found: "no table", required: false }),
      ]),
    ],
    tables: [{ caption: text, columns: [{ name: text }, { name: "found" }], rows: [[text, text]] }],
    charts: [
      {
        id: "stock",
        title: text,
        description: text,
        x: { label: "time", unit: "seconds", values: [0, 1, 2] },
        y: { unit: "count", logarithmic: false },
        series: [{ label: "available", values: [60, 20, 0] }],
        table: {
          caption: text,
          columns: [{ name: "second" }, { name: "pieces" }],
          rows: [["0", "60"]],
        },
      },
    ],
  };
}

const hostileTexts = ['<img src=x onerror="document.title=1">', "</script><b>", ...hostile];

describe("the page of a verdict", () => {
  it("needs nothing from elsewhere, and allows its own scripts and style alone", () => {
    const page = verdictPage(reportOf("violated"));
    expect(page).not.toMatch(/<link rel="stylesheet"|@import|url\(|src=|unsafe-/);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("orders explain violated");
    const without = verdictPage({ ...reportOf("violated"), charts: [] });
    expect(without).not.toContain("<script");
  });

  it.each(hostileTexts)("shows %j as text", (text) => {
    const page = verdictPage(reportOf(text));
    for (const line of page.split("\n").slice(page.split("\n").indexOf("<body>")))
      if (!line.includes("uPlot")) expect(line).not.toMatch(steering);
    expect(page).not.toContain("<img");
    expect(page).not.toContain("</script><b>");
  });
});

describe("the Markdown of a verdict", () => {
  it("says the verdict, what is not well with its orders, and folds the rest", () => {
    const text = verdictMarkdown(reportOf("violated"));
    expect(text).toContain("### Ledger: violated");
    expect(text).toContain("#### messages decided once: fail");
    expect(text).toContain("- order-1 (no outcome)");
    expect(text).toContain("    orders explain violated");
    expect(text).toContain("| ledger: stock adds up | pass |");
  });

  it.each([
    ...hostileTexts,
    "| a | b |",
    "`code`",
    "[link](javascript:0)",
    "a\n# heading",
  ])("shows %j as text", (text) => {
    const lines = verdictMarkdown(reportOf(text)).split("\n");
    // Indented lines are code.
    for (const line of lines.filter((each) => !each.startsWith("    "))) {
      expect(line).not.toMatch(steering);
      expect(line).not.toMatch(/<img|<\/script|`code`|\]\(javascript/);
    }
    expect(lines.filter((line) => line.startsWith("# "))).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)("in a real browser", () => {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "orders-verdict-"));
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await rm(directory, { recursive: true });
  });

  it.each([
    [1_000, false],
    [1_000, true],
    [340, false],
    [340, true],
  ] as const)("at %i pixels, dark %s, it draws without an error and never scrolls sideways", async (width, dark) => {
    const file = join(directory, "verdict.html");
    await writeFile(file, verdictPage(reportOf("violated: of 10,000 orders 3 have no outcome")));
    const { page, troubles } = await openPage(browser, file, { width, dark });
    expect(await page.evaluate(() => document.querySelectorAll("canvas").length)).toBe(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(troubles).toEqual([]);
    await page.close();
  });
});
