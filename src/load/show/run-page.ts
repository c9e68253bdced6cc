import { count, milliseconds, perSecond } from "../../report/figures.ts";
import { chartAssets, cspHash } from "../../report/html/chart-script.ts";
import { chartData, type LineChart, lineChart } from "../../report/html/line-chart.ts";
import { Html, html, nothing } from "../../report/html/markup.ts";
import { type PageTable, section, table } from "../../report/html/page-parts.ts";
import { pageStyle } from "../../report/html/page-style.ts";
import type { RunDigest } from "../runs/digest-run.ts";
import { ratesOf } from "../runs/run-rates.ts";
import { curveChart, errorChart, gaugeCharts, latencyCharts, rateChart } from "./run-charts.ts";
import { runPageMark } from "./run-page-mark.ts";
import {
  answerRows,
  auditText,
  countRows,
  gaugeRows,
  isWords,
  latencyColumns,
  latencyRows,
  originRows,
  rateRows,
  runVerdict,
  settingRows,
} from "./run-rows.ts";
import { thresholdColumns, thresholdRows } from "./threshold-table.ts";

/**
 * One self-contained page of a run: its scripts and styles are inside of it and allowed by their
 * hashes, and its policy forbids anything else, from elsewhere or from a text of the run.
 */
export function runPage(digest: RunDigest): string {
  const { style, scripts } = chartAssets();
  const css = `${pageStyle}${style}`;
  const policy = [
    "default-src 'none'",
    `style-src ${cspHash(css)}`,
    `script-src ${scripts.map(cspHash).join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const charts = chartsOf(digest);
  const title = `Load ${digest.header?.run_id ?? "from a history"}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${new Html(runPageMark)}
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(css)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${byline(digest)}
${verdict(digest)}
${headlines(digest)}
${thresholdSection(digest)}
<p class="hidden" id="keys">Left and right arrow step through the chart, Home and End go to its ends.</p>
${chartSection("Over time", charts.time)}
${chartSection("How long it took", charts.latency)}
${figures(digest)}
${auditSection(digest)}
${chartSection("Sampled each second", charts.gauges)}
${about(digest)}
</main>
<footer><p>${`Made by orders report from ${digest.path}.`}</p></footer>
<script type="application/json" id="chart-data">${new Html(chartData([...charts.time, ...charts.latency, ...charts.gauges]))}</script>
${scripts.map((script) => html`<script>${new Html(script)}</script>`)}
</body>
</html>
`.markup;
}

function chartsOf(digest: RunDigest): Record<"time" | "latency" | "gauges", readonly LineChart[]> {
  const some = (charts: readonly (LineChart | undefined)[]) =>
    charts.filter((chart) => chart !== undefined);
  return {
    time: some([rateChart(digest), errorChart(digest)]),
    latency: some([curveChart(digest), ...latencyCharts(digest)]),
    gauges: gaugeCharts(digest),
  };
}

function chartSection(heading: string, charts: readonly LineChart[]): Html {
  if (charts.length === 0) return nothing;
  return html`<section><h2>${heading}</h2>\n${charts.map(lineChart)}\n</section>`;
}

/** What was asked of what, and when; the rest stands at the end. */
function byline(digest: RunDigest): Html {
  const said = ["begun", "asked", "target"].flatMap((name) =>
    originRows(digest).flatMap(([each, text]) => (each === name ? [text] : [])),
  );
  return html`<p>${said.join(" · ")}</p>`;
}

function verdict(digest: RunDigest): Html {
  const { good, text } = runVerdict(digest);
  const { audit } = digest;
  const look = digest.result === undefined ? "warning" : good ? "good" : "bad";
  const audited =
    audit === undefined
      ? nothing
      : html`<p class="verdict ${auditLook(audit.verdict)}">${auditText(audit)}</p>`;
  return html`<p class="verdict ${look}">${text}</p>\n${audited}`;
}

function auditLook(verdict: string): string {
  if (verdict === "consistent") return "good";
  return verdict === "violated" ? "bad" : "warning";
}

function headlines(digest: RunDigest): Html {
  const { counts, latencies } = digest;
  const { target, achieved } = ratesOf(digest);
  const asked = target === undefined ? "" : ` of ${perSecond(target)} asked`;
  const slow = latencies.end_to_end ?? latencies.response;
  const what = latencies.end_to_end === undefined ? "response" : "end to end";
  const items = [
    { figure: achieved === undefined ? "–" : perSecond(achieved), text: `sent${asked}` },
    { figure: count(counts.acked), text: `acknowledged of ${count(counts.offered)} orders` },
    { figure: slow === undefined ? "–" : milliseconds(slow.p50), text: `p50, ${what}` },
    { figure: slow === undefined ? "–" : milliseconds(slow.p99), text: `p99, ${what}` },
  ];
  return html`<dl class="headlines">
${items.map(({ figure, text }) => html`<div><dt>${text}</dt><dd>${figure}</dd></div>`)}
</dl>`;
}

function tableOf(
  caption: string,
  names: readonly string[],
  rows: readonly (readonly string[])[],
): PageTable {
  return {
    ...{ caption, rows },
    columns: names.map((name, index) => ({ name, right: index > 0 && !isWords(name) })),
  };
}

function figures(digest: RunDigest): Html {
  const answers = answerRows(digest);
  const tables = [
    tableOf("Orders", ["orders", "count", "share"], countRows(digest)),
    tableOf("Rates", ["rate", "orders"], rateRows(digest)),
    tableOf("Latencies", latencyColumns, latencyRows(digest)),
    tableOf("Answers, by kind", answers.columns, answers.rows),
    tableOf("Samples", ["sampled each second", "mean", "max", "last"], gaugeRows(digest)),
  ];
  return section({ heading: "All figures", tables: tables.filter(({ rows }) => rows.length > 0) });
}

/** Right below the verdict: it is what CI failed by. */
function thresholdSection({ result }: RunDigest): Html {
  const thresholds = result?.thresholds ?? [];
  if (thresholds.length === 0) return nothing;
  const tables = [tableOf("What the run fails by", thresholdColumns, thresholdRows(thresholds))];
  return section({ heading: "Thresholds", tables });
}

function auditSection({ audit }: RunDigest): Html {
  if (audit === undefined) return nothing;
  return section({
    heading: "Audit",
    tables: [
      {
        caption: `${audit.verdict}: ${audit.reason}`,
        columns: [{ name: "check" }, { name: "status" }, { name: "expected" }, { name: "found" }],
        rows: audit.checks.map(({ check, status, required, expected, found }) => [
          ...[
            check.replaceAll("-", " "),
            status === "unknown" && !required ? "not needed" : status,
          ],
          ...[expected, found],
        ]),
      },
    ],
  });
}

/** Long texts break here; figures never do. */
function about(digest: RunDigest): Html {
  const rows = originRows(digest).map(([name, text]) => {
    const value = name === "command" ? html`<code>${text}</code>` : text;
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  });
  const settings = settingRows(digest);
  const inForce: PageTable = {
    caption: "Settings, limits and workload in force",
    columns: [{ name: "name" }, { name: "value" }],
    rows: settings,
  };
  return html`<section><h2>Where it came from</h2>
<dl class="facts">
${rows}
</dl>
${settings.length === 0 ? nothing : html`<details><summary>Settings in force</summary>${table(inForce)}</details>`}
</section>`;
}
