import { markdownTable, markdownText } from "../markdown.ts";
import type { Case, RunReport } from "./run-report.ts";

/** What an existing file must hold for another summary to replace it; nobody sees it. */
export const verdictMarkdownMark = "<!-- orders verdict -->";

const signs = { pass: "pass", fail: "**fail**", unknown: "**unknown**", skipped: "not needed" };

/** Pure: for a pull request: the verdict, what is not well with its orders, every check folded. */
export function verdictMarkdown({ closing, suites }: RunReport): string {
  const cases = suites.flatMap(({ name, cases: all }) => all.map((one) => ({ suite: name, one })));
  const wrong = cases.filter(({ one: { status } }) => status === "fail" || status === "unknown");
  return [
    verdictMarkdownMark,
    `### ${markdownText(closing.headline)}`,
    "",
    markdownTable(["", ""], closing.rows),
    "",
    ...wrong.flatMap(({ one }) => details(one)),
    "<details><summary>All checks</summary>",
    "",
    "| check | result | expected | found |",
    "| --- | --- | --- | --- |",
    ...cases.map(
      ({ suite, one: { name, status, judged } }) =>
        `| ${markdownText(`${suite}: ${name}`)} | ${signs[status]} | ${markdownText(judged?.expected ?? "")} | ${markdownText(judged?.found ?? "")} |`,
    ),
    "",
    "</details>",
    "",
  ].join("\n");
}

function details({ name, status, text, judged }: Case): readonly string[] {
  const { explanation, detail, examples = [], see = [] } = judged ?? {};
  return [
    `#### ${markdownText(name)}: ${status}`,
    "",
    ...(explanation === undefined ? [] : [markdownText(explanation), ""]),
    markdownText(detail ?? text),
    "",
    ...(examples.length === 0 ? [] : [...examples.map((each) => `- ${markdownText(each)}`), ""]),
    ...(see.length === 0 ? [] : [...see.flatMap((each) => [`    ${oneLine(each)}`]), ""]),
  ];
}

/** Indented, it is code: nothing in it is markup. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
