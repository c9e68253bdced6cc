import { markdownText } from "../markdown.ts";
import { shown } from "../terminal.ts";
import type { RunReport } from "./run-report.ts";

/** More are cut off by GitHub: ten of a kind in a step. */
const annotationsMax = 10;

/** Pure: workflow commands, one a line, for what is not well; nothing for a good run. */
export function githubAnnotations({
  title,
  suites,
  closing,
  exitCode,
}: RunReport): readonly string[] {
  if (exitCode === 0) return [];
  const cases = suites.flatMap(({ name, cases: all }) =>
    all.map((one) => ({ ...one, suite: name })),
  );
  const wrong = cases.filter(({ status }) => status === "fail" || status === "unknown");
  const why = closing.rows.find(([name]) => name === "exit code")?.[1] ?? "";
  return [
    `::error title=${property(closing.headline)}::${data(`exit code ${why}`)}`,
    ...wrong
      .slice(0, annotationsMax - 1)
      .map(
        ({ suite, name, text }) =>
          `::error title=${property(`${title}, ${suite}: ${name}`)}::${data(text)}`,
      ),
  ];
}

/** Pure: Markdown for the step's summary. */
export function githubSummary({ closing, suites }: RunReport): string {
  const rows = closing.rows.map(
    ([name, text]) => `| ${markdownText(name)} | ${markdownText(text)} |`,
  );
  const wrong = suites.flatMap(({ name, cases }) =>
    cases
      .filter(({ status }) => status === "fail" || status === "unknown")
      .map((one) => `| ${markdownText(`${name}: ${one.name}`)} | ${markdownText(one.text)} |`),
  );
  return [
    `### ${markdownText(closing.headline)}`,
    "",
    "| | |",
    "| --- | --- |",
    ...rows,
    ...wrong,
    "",
    "",
  ].join("\n");
}

/** Of a workflow command: its line must stay one line, and its signs its own. */
function data(text: string): string {
  const lines = text.split("\n").map(shown).join("\n");
  return lines.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
