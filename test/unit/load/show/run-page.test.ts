/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunDigest } from "../../../../src/load/runs/digest-run.ts";
import { runPage } from "../../../../src/load/show/run-page.ts";
import { hostile, steering } from "../../../arbitrary/hostile.ts";
import { hasBrowser, openBrowser, openPage } from "../../../browser.ts";
import {
  digestOf,
  histogramOf,
  runHeaderOf,
  runResultOf,
  runThresholdOf,
  sliceOf,
} from "../runs/runs.ts";

/** Ten seconds, of which the third stalls, with all that a run can know. */
function digest(text = "x", seconds = 10): Promise<RunDigest> {
  const slices = Array.from({ length: seconds }, (_, second) =>
    sliceOf(
      second,
      {
        ...{ schedule_lag: [0.1, 0.2], service: [5, 6, second === 3 ? 2_000 : 7] },
        response: [6, 7, second === 3 ? 2_100 : 8],
      },
      {
        counts: { offered: 4, sent: 4, acked: 3, failed: 1, unknown: 0, dropped: 0 },
        gauges: { lag: second, [text]: 1 },
        answers: [{ state: "failed", kind: text, count: 1, sample: text }],
      },
    ),
  );
  return digestOf(
    [
      ...slices.map((slice) => ({ kind: "slice", slice }) as const),
      {
        kind: "result",
        result: runResultOf({
          ...{ sentence: text, verdict: "undelivered", thresholds: [runThresholdOf(text)] },
        }),
      },
      {
        kind: "end_to_end",
        endToEnd: { histogram: histogramOf([10, 20]), committed: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      },
      {
        kind: "audit",
        audit: {
          ...{ verdict: "violated", reason: text },
          checks: [
            {
              ...{ check: text, status: "fail", required: true, expected: text, found: text },
              examples: [text],
            },
          ],
        },
      },
    ],
    runHeaderOf({ run_id: text, command: text, seed: text, settings: { [text]: text } }),
  );
}

describe("the page of a run", () => {
  it("needs nothing from elsewhere, and allows its own scripts and style alone", async () => {
    const page = runPage(await digest());
    expect(page).not.toMatch(/<link rel="stylesheet"|@import|url\(|src=|unsafe-/);
    expect(page).toContain("default-src 'none'");
    expect(page.match(/'sha256-[A-Za-z0-9+/=]{44}'/g)).toHaveLength(3);
  });

  it("says by which thresholds it failed, and draws what was committed where that is known", async () => {
    const page = runPage(await digest("response_p99>100ms"));
    expect(page).toMatch(/<h2[^>]*>Thresholds<\/h2>[\s\S]*response_p99&gt;100ms[\s\S]*CROSSED/);
    expect(page).toContain('{"label":"committed","values":[0,1,2,3,4,5,6,7,8,9]}');
    const neither = await digestOf([{ kind: "slice", slice: sliceOf(0, { response: [1] }) }]);
    expect(runPage(neither)).not.toMatch(/Thresholds<|committed"/);
  });

  it("says of a run that was killed that it did not end", async () => {
    const killed = await digestOf([{ kind: "slice", slice: sliceOf(0, { response: [1] }) }]);
    expect(runPage(killed)).toContain("This run did not end");
  });

  it.each([
    '<img src=x onerror="document.title=1">',
    "</script><b>",
    ...hostile,
  ])("shows %j as text", async (text) => {
    const page = runPage(await digest(text));
    for (const line of page.split("\n").slice(page.split("\n").indexOf("<body>")))
      if (!line.includes("uPlot")) expect(line).not.toMatch(steering);
    expect(page.split("</script>")).toHaveLength(4);
    expect(page).not.toContain("<img");
    expect(page).not.toContain("</script><b>");
  });
});

describe.skipIf(!hasBrowser)("in a real browser", () => {
  let browser: Browser;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "orders-page-"));
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await rm(directory, { recursive: true });
  });

  async function opened(
    html: string,
    { width = 1_000, dark = false } = {},
  ): Promise<{ readonly page: Page; readonly troubles: readonly string[] }> {
    const file = join(directory, "run.html");
    await writeFile(file, html);
    // In the language that the system's locale gives, as a user's browser has it; of POSIX it is none.
    return openPage(browser, file, { width, dark });
  }

  /** Whether something is drawn in each chart, and of what brightness the first line of the first is. */
  const drawn = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll("canvas")].map((canvas) => {
        const { width, height } = canvas;
        const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
        return pixels.some((value) => value > 0);
      }),
    );

  it.each([
    [1_000, false],
    [1_000, true],
    [340, false],
    [340, true],
  ])("draws every chart without an error at %i pixels, dark %s, and never scrolls sideways", async (width, dark) => {
    const { page, troubles } = await opened(runPage(await digest()), { width, dark });
    const charts = await drawn(page);
    expect(charts).toEqual(Array.from({ length: 8 }, () => true));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(troubles).toEqual([]);
    await page.close();
  });

  it("draws although the browser's language is none", async () => {
    const page = await browser.newPage({ viewport: { width: 1_000, height: 800 } });
    await page.addInitScript(
      'Object.defineProperty(navigator, "language", { value: "en-US@posix", configurable: true })',
    );
    const file = join(directory, "posix.html");
    await writeFile(file, runPage(await digest()));
    await page.goto(`file://${file}`);
    expect(await drawn(page)).toEqual(Array.from({ length: 8 }, () => true));
    await page.close();
  });

  it("is stepped through by keyboard, and reads out what stands there", async () => {
    const { page } = await opened(runPage(await digest()));
    const chart = page.getByRole("slider", { name: "Rate" });
    await chart.focus();
    await page.keyboard.press("ArrowRight");
    expect(await chart.getAttribute("aria-valuetext")).toBe(
      "second 1s: offered 4/s, sent 4/s, acked 3/s, committed 1/s",
    );
    await page.keyboard.press("End");
    expect(await chart.getAttribute("aria-valuenow")).toBe("9");
    await page.close();
  });

  it("has the figures behind each chart, and opens them by keyboard", async () => {
    const { page } = await opened(runPage(await digest()));
    const figure = page.locator("#response");
    await figure.locator("summary").focus();
    await page.keyboard.press("Enter");
    const cells = await figure.locator("details tr").nth(4).innerText();
    expect(cells.replaceAll(/\s+/g, " ")).toMatch(/^3 7\.00 ms .*2\.10 s$/);
    await page.close();
  });

  it("has a name for all that can be focused, one heading above each part, and no id twice", async () => {
    const { page } = await opened(runPage(await digest()));
    const found = await page.evaluate(() => {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      const labels = [
        ...document.querySelectorAll("[aria-labelledby], [aria-describedby]"),
      ].flatMap((element) =>
        ["aria-labelledby", "aria-describedby"].flatMap(
          (name) => element.getAttribute(name)?.split(" ") ?? [],
        ),
      );
      const unnamed = [...document.querySelectorAll('[tabindex="0"]')].filter(
        (element) =>
          !element.hasAttribute("aria-label") && !element.hasAttribute("aria-labelledby"),
      );
      const levels = [...document.querySelectorAll("h1, h2, h3")].map(({ tagName }) => tagName);
      return { ids, labels, unnamed: unnamed.length, levels };
    });
    expect(new Set(found.ids).size).toBe(found.ids.length);
    for (const label of found.labels) expect(found.ids).toContain(label);
    expect(found.unnamed).toBe(0);
    expect(found.levels.join(" ")).toMatch(/^H1( H2( H3)*)+$/);
    await page.close();
  });

  it("is dark ink on white paper, whatever the screen was", async () => {
    const { page } = await opened(runPage(await digest()), { dark: true });
    const colours = () =>
      page.evaluate(() => {
        const style = getComputedStyle(document.body);
        return [style.backgroundColor, style.color];
      });
    expect(await colours()).toEqual(["rgb(18, 22, 29)", "rgb(232, 236, 242)"]);
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    expect(await colours()).toEqual(["rgb(255, 255, 255)", "rgb(27, 35, 48)"]);
    expect(await drawn(page)).not.toContain(false);
    await page.close();
  });

  it("runs nothing that a text of the run brings along", async () => {
    for (const text of [
      '"><img src=x onerror="document.title=1">',
      "</script><script>document.title=1</script>",
    ]) {
      const { page, troubles } = await opened(runPage(await digest(text)));
      expect(await page.title()).toBe(`Load ${text}`);
      expect(await page.locator("img").count()).toBe(0);
      expect(await drawn(page)).not.toContain(false);
      expect(troubles).toEqual([]);
      await page.close();
    }
  });

  it("stays small where there are more seconds than a screen has room for", async () => {
    const html = runPage(await digest("x", 800));
    expect(html.length).toBeLessThan(1_000_000);
    const { page, troubles } = await opened(html);
    expect(await drawn(page)).not.toContain(false);
    expect(troubles).toEqual([]);
    await page.close();
  });
});
