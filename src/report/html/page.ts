import type { Origin } from "../origin.ts";
import { type KeptFigures, readFigures, writeFigures } from "./kept-figures.ts";
import { Html, html } from "./markup.ts";
import { type PageSection, section } from "./page-parts.ts";
import { pageStyle } from "./page-style.ts";

/** What every bench's page begins with. */
export interface PageHead {
  readonly origin: Origin;
  readonly warnings: readonly string[];
  /** For the bench that will replace this page. */
  readonly figures: KeptFigures;
}

export interface Page {
  readonly head: PageHead;
  readonly title: string;
  readonly verdict: { readonly good: boolean; readonly text: string };
  /** What stands first: a figure and what it means. */
  readonly headlines: readonly { readonly figure: string; readonly text: string }[];
  readonly sections: readonly PageSection[];
  readonly footer: string;
}

/** In the head of every page: a later bench knows by it that it may put its own page there. */
export const pageMark = '<meta name="generator" content="orders bench">';

const figuresMark = '<meta name="orders-bench-figures" content="';

/** Pure: the figures that a page, or its beginning, holds for the bench that replaces it. */
export function figuresIn(html: string): KeptFigures | undefined {
  const [, content] = html.split(figuresMark);
  return content === undefined ? undefined : readFigures(content.slice(0, content.indexOf('"')));
}

/**
 * Pure: one self-contained page: no script, nothing from elsewhere (its policy forbids both), light
 * and dark as the reader's system, wide and narrow.
 */
export function page({ head, title, verdict, headlines, sections, footer }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${new Html(pageMark)}
${new Html(figuresMark)}${writeFigures(head.figures)}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${facts(head.origin)}
<p class="verdict ${verdict.good ? "good" : "bad"}">${verdict.text}</p>
${head.warnings.map((text) => html`<p class="verdict warning"><strong>Warning:</strong> ${text}</p>`)}
<dl class="headlines">
${headlines.map((each) => html`<div><dt>${each.text}</dt><dd>${each.figure}</dd></div>`)}
</dl>
${sections.map(section)}
</main>
<footer><p>${footer}</p></footer>
</body>
</html>
`.markup;
}

/** Whose figures these are, before the figures. */
function facts({ version, commit, command, host, cores, loadAverage, beganAt }: Origin): Html {
  const rows = [
    ["begun", `${beganAt.toISOString().slice(0, 19).replace("T", " ")} UTC`],
    ["version", `orders ${version}${commit === undefined ? "" : `, commit ${commit}`}`],
    ["host", host],
    [
      "load average before",
      `${loadAverage.map((each) => each.toFixed(2)).join(", ")} on ${cores} ${cores === 1 ? "core" : "cores"}`,
    ],
    ["command", command],
  ] as const;
  const items = rows.map(([name, text]) => {
    const value = name === "command" ? html`<code>${text}</code>` : text;
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  });
  return html`<dl class="facts">\n${items}\n</dl>`;
}
