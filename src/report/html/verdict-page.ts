import type { Case, RunReport } from "../ci/run-report.ts";
import { chartAssets, cspHash } from "./chart-script.ts";
import { chartData, lineChart } from "./line-chart.ts";
import { Html, html, nothing } from "./markup.ts";
import { table } from "./page-parts.ts";
import { pageStyle } from "./page-style.ts";

/** In the head of every page of a verdict: another may take its place. */
export const verdictPageMark = '<meta name="generator" content="orders verdict">';

const looks = { good: "good", bad: "bad", open: "warning" } as const;
const words = { pass: "pass", fail: "fail", unknown: "unknown", skipped: "not needed" } as const;

const style = `
.findings > div { border-left: .3rem solid var(--line); padding: .1rem 0 .1rem 1rem; margin: 1.25rem 0; }
.findings > .fail { border-color: var(--bad); } .findings > .unknown { border-color: var(--warning); }
.findings h3 { margin: 0 0 .35rem; font-size: 1.05rem; } .findings p { margin: .35rem 0; }
.findings pre { overflow-x: auto; background: var(--raised); padding: .6rem .8rem; border-radius: .4rem; font-size: .85rem; }
`;

/**
 * Pure: one self-contained page: the verdict, what is not well with the orders that show it and how to
 * see the same, charts and tables of the run, every check. Nothing from elsewhere, which its policy
 * forbids, and every text escaped.
 */
export function verdictPage({
  title,
  closing,
  suites,
  charts = [],
  tables = [],
}: RunReport): string {
  const { style: chartStyle, scripts } = chartAssets();
  const used = charts.length === 0 ? [] : scripts;
  const css = `${pageStyle}${style}${charts.length === 0 ? "" : chartStyle}`;
  const policy = [
    "default-src 'none'",
    `style-src ${cspHash(css)}`,
    ...(used.length === 0 ? [] : [`script-src ${used.map(cspHash).join(" ")}`]),
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const cases = suites.flatMap(({ cases: all }) => all);
  const wrong = cases.filter(({ status }) => status === "fail" || status === "unknown");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${new Html(verdictPageMark)}
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${closing.headline}</title>
<style>${new Html(css)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="verdict ${looks[closing.tone]}"><strong>${closing.headline}</strong></p>
<dl class="facts">
${closing.rows.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}
</dl>
${findings(wrong)}
${charts.length === 0 ? nothing : html`<p class="hidden" id="keys">Left and right arrow step through the chart, Home and End go to its ends.</p>`}
${charts.map((chart) => html`<section>${lineChart(chart)}</section>`)}
${tables.map((each) => html`<section>${table(each)}</section>`)}
<section><h2>All checks</h2>
${suites.map(({ name, cases: all }) => table(checkTable(name, all)))}
</section>
</main>
<footer><p>Made by orders.</p></footer>
${charts.length === 0 ? nothing : html`<script type="application/json" id="chart-data">${new Html(chartData(charts))}</script>`}
${used.map((script) => html`<script>${new Html(script)}</script>`)}
</body>
</html>
`.markup;
}

function findings(wrong: readonly Case[]): Html {
  if (wrong.length === 0) return nothing;
  return html`<section class="findings"><h2>What is not well</h2>
${wrong.map(finding)}
</section>`;
}

function finding({ name, status, text, judged }: Case): Html {
  const { explanation, detail, examples = [], see = [] } = judged ?? {};
  return html`<div class="${status}">
<h3>${name}: ${words[status]}</h3>
${explanation === undefined ? nothing : html`<p>Asked: ${explanation}</p>`}
<p>${detail ?? text}</p>
${examples.length === 0 ? nothing : html`<ul>${examples.map((each) => html`<li>${each}</li>`)}</ul>`}
${see.length === 0 ? nothing : html`<p>To see it:</p>${see.map((each) => html`<pre tabindex="0"><code>${each}</code></pre>`)}`}
</div>`;
}

function checkTable(suite: string, cases: readonly Case[]) {
  return {
    caption: suite,
    columns: ["check", "result", "expected", "found"].map((name) => ({ name })),
    rows: cases.map(({ name, status, judged }) => [
      name,
      words[status],
      judged?.expected ?? "",
      judged?.found ?? "",
    ]),
  };
}
