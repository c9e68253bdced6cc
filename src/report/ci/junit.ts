import { shown } from "../terminal.ts";
import type { Case, RunReport, Suite } from "./run-report.ts";

/** What an existing file must hold for another report to replace it. */
export const junitMark = "<testsuites";

/** Pure: JUnit's XML. A check without its evidence is an error, one that may lack it is skipped. */
export function junitXml({ title, suites }: RunReport): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `${junitMark} name="${xmlText(title)}" ${sums(all)}>`,
    ...suites.flatMap((suite) => suiteXml(title, suite)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteXml(title: string, { name, cases }: Suite): readonly string[] {
  const classname = xmlText(`${title}.${name}`.replaceAll(" ", "-"));
  return [
    `  <testsuite name="${xmlText(name)}" ${sums(cases)} skipped="${count(cases, "skipped")}">`,
    ...cases.map((one) => caseXml(classname, one)),
    "  </testsuite>",
  ];
}

function caseXml(classname: string, { name, status, text }: Case): string {
  const open = `    <testcase classname="${classname}" name="${xmlText(name)}"`;
  if (status === "pass") return `${open}/>`;
  const element = { fail: "failure", unknown: "error", skipped: "skipped" }[status];
  const [first = ""] = text.split("\n");
  const body = text.split("\n").map(xmlText).join("\n");
  return `${open}><${element} message="${xmlText(first)}">${body}</${element}></testcase>`;
}

function sums(cases: readonly Case[]): string {
  return `tests="${cases.length}" failures="${count(cases, "fail")}" errors="${count(cases, "unknown")}"`;
}

function count(cases: readonly Case[], status: Case["status"]): number {
  return cases.filter((one) => one.status === status).length;
}

/**
 * Pure: text for an element or an attribute. XML has no way to write most control characters, half
 * a surrogate pair, or U+FFFE and U+FFFF: they are shown.
 */
export function xmlText(text: string): string {
  return shown(text)
    .replace(/[\p{Cs}\uFFFE\uFFFF]/gu, (char) => `\\u${char.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
