import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { failed, passed, unknown } from "../../../src/audit/finding.ts";
import { RunRecord } from "../../../src/cli/run-record.ts";
import { githubAnnotations, githubSummary } from "../../../src/report/ci/github.ts";
import { junitXml, xmlText } from "../../../src/report/ci/junit.ts";
import { type RunReport, suiteOf } from "../../../src/report/ci/run-report.ts";

const checks = [
  passed("stock-adds-up", { expected: "10", found: "10" }),
  failed("sold-exactly", {
    expected: "60 of 60",
    found: "61",
    detail: 'customer "a<b>\u0000", 100 % & more\n::error::not ours',
    examples: ["order 1"],
  }),
  unknown("log", { expected: "all", found: "no topic" }),
  unknown("movements", { expected: "all", found: "no table", required: false }),
];
const report: RunReport = {
  title: "orders verify",
  exitCode: 1,
  closing: {
    headline: "Verified: VIOLATED",
    tone: "bad",
    rows: [["exit code", "1: sold | twice"]],
  },
  suites: [suiteOf("race", checks)],
};

describe("JUnit's XML", () => {
  it("has a case for each check: failed, without evidence, or skipped", () => {
    const xml = junitXml(report);
    expect(xml).toContain('<testsuites name="orders verify" tests="4" failures="1" errors="1">');
    expect(xml).toContain('<testcase classname="orders-verify.race" name="stock adds up"/>');
    expect(xml).toMatch(/name="sold exactly"><failure message="expected 60 of 60, found 61">/);
    expect(xml).toMatch(/name="log"><error .*\n? +<testcase .*name="movements"><skipped /s);
  });

  it("is well formed whatever text comes", () => {
    const allowed = /^[\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff })), (codes) => {
        const escaped = xmlText(String.fromCodePoint(...codes));
        return allowed.test(escaped) && !/[<>"']|&(?!#\d+;)/.test(escaped);
      }),
      { numRuns: 200 },
    );
    expect(xmlText("\uD800\uFFFE\u0000]]>")).toBe("\\ud800\\ufffe\\x00]]&#62;");
  });
});

describe("GitHub", () => {
  it("is told what is not well, in lines that stay its own", () => {
    const lines = githubAnnotations(report);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain("::error title=orders verify%2C race%3A sold exactly::expected 60");
    expect(lines.join("")).toContain("100 %25 & more%0A::error::not ours");
    expect(lines.every((line) => !line.includes("\n"))).toBe(true);
    expect(githubAnnotations({ ...report, exitCode: 0 })).toEqual([]);
  });

  it("shows the closing block as a table", () => {
    const summary = githubSummary(report);
    expect(summary).toContain("| exit code | 1: sold &#124; twice |");
    expect(summary).toContain("&#60;b&#62;");
  });
});

describe("what a run leaves", () => {
  const home = mkdtempSync(join(tmpdir(), "orders-record-"));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const said: string[] = [];
  const record = (target: { junit?: string; out?: string }) =>
    new RunRecord("orders verify", {
      ...target,
      environment: {},
      say: (line) => said.push(line),
    });

  it("replaces a report of before, and nothing else", () => {
    const junit = join(home, "junit.xml");
    for (let run = 0; run < 2; run += 1)
      expect(record({ junit }).finish({ ...report, exitCode: 0 }, {}, "")).toBe(0);
    writeFileSync(junit, "mine");
    expect(() => record({ junit })).toThrow("no JUnit report");
    expect(readFileSync(junit, "utf8")).toBe("mine");
    mkdirSync(join(home, "full"));
    writeFileSync(join(home, "full", "mine"), "");
    expect(() => record({ out: join(home, "full") })).toThrow("not empty");
    expect(() => record({ junit: join(home, "nowhere", "junit.xml") })).toThrow("cannot be used");
  });

  it.runIf(process.platform === "linux")("that cannot be written is exit 7, unless worse", () => {
    const target = record({ junit: "/dev/full" });
    expect(target.finish({ ...report, exitCode: 0 }, {}, "")).toBe(7);
    expect(target.finish({ ...report, exitCode: 5 }, {}, "")).toBe(7);
    expect(target.finish(report, {}, "")).toBe(1);
    expect(said.join()).toContain("the disk is full");
  });
});
