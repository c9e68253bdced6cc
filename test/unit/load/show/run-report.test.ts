import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import type { RunAudit } from "../../../../src/load/runs/run-lines.ts";
import { runReportJson } from "../../../../src/load/show/run-json.ts";
import { runJunit } from "../../../../src/load/show/run-junit.ts";
import { runListText } from "../../../../src/load/show/run-list.ts";
import { runMarkdown } from "../../../../src/load/show/run-markdown.ts";
import { runText } from "../../../../src/load/show/run-text.ts";
import { junitXml } from "../../../../src/report/ci/junit.ts";
import { hostile, steering } from "../../../arbitrary/hostile.ts";
import { createSchemaValidator, type SchemaValidator } from "../../../schema-validator.ts";
import {
  digestOf,
  histogramOf,
  runHeaderOf,
  runResultOf,
  runThresholdOf,
  sliceOf,
} from "../runs/runs.ts";

const schema = JSON.parse(readFileSync("schemas/orders-report-1.schema.json", "utf8")) as object;
let validator: SchemaValidator;
beforeAll(async () => {
  validator = await createSchemaValidator();
});

const audit = (text: string): RunAudit => ({
  ...{ verdict: "violated", reason: text },
  checks: [
    {
      ...{ check: "stock-adds-up", status: "fail", required: true, expected: "1", found: text },
      ...{ detail: text, examples: [text] },
    },
  ],
});

const whole = (text = "x") =>
  digestOf(
    [
      {
        kind: "slice",
        slice: sliceOf(
          0,
          { response: [1], service: [1], schedule_lag: [0.1], database: [3] },
          {
            gauges: { lag: 1, [text]: 2 },
            answers: [{ state: "failed", kind: text, count: 1, sample: text }],
          },
        ),
      },
      {
        kind: "result",
        result: runResultOf({ sentence: text, thresholds: [runThresholdOf(text)] }),
      },
      {
        kind: "end_to_end",
        endToEnd: { histogram: histogramOf([5]), source: "created_at", committed: [41, 1] },
      },
      { kind: "audit", audit: audit(text) },
    ],
    runHeaderOf({ run_id: text, command: text, seed: text, revision: null }),
  );

it.each([
  ["with all that it can hold", () => whole()],
  ["of a run that was killed", () => digestOf([{ kind: "slice", slice: sliceOf(0) }])],
  ["of one that was killed at once", () => digestOf([])],
] as const)("a report %s is as its published schema says", async (_, digest) => {
  const report = { ...runReportJson(await digest()), exit_code: 0 };
  validator.validate(schema, report);
  expect(validator.errors ?? []).toEqual([]);
});

it("holds nothing that the schema does not tell of", async () => {
  const strict = JSON.parse(
    JSON.stringify(schema).replaceAll('"required":[', '"additionalProperties":false,"required":['),
  ) as { $id: string };
  // What the two parts of an element say is not to be held against each other.
  const all = JSON.stringify({ ...strict, $id: "strict" });
  const report = JSON.parse(JSON.stringify(runReportJson(await whole()))) as {
    latency_ms: object;
  };
  validator.validate(JSON.parse(all) as object, { ...report, latency_ms: {}, exit_code: 0 });
  expect(validator.errors ?? []).toEqual([]);
});

it("shows thresholds wherever a run is shown, and what was committed when", async () => {
  const digest = await whole("response_p99>100ms");
  const rows = /response_p99>100ms.*CROSSED.*121 ms.*longest 3 s/;
  expect(runText(digest, { width: 120, colour: false })).toMatch(rows);
  expect(runMarkdown(digest)).toMatch(/CROSSED \| 121 ms \| .*longest 3 s/);
  expect(runReportJson(digest)).toMatchObject({
    thresholds: [{ threshold: "response_p99>100ms", state: "crossed", value: 120.5 }],
    series: [{ second: 0, committed: 41 }],
  });
  const without = await digestOf([{ kind: "slice", slice: sliceOf(0) }]);
  expect(runReportJson(without)).toMatchObject({ thresholds: [], series: [{ committed: null }] });
});

it("refuses what is no report", () => {
  expect(validator.validate(schema, { format: "orders-report", version: 2 })).toBe(false);
});

it("says of a killed run what it had, and that it did not end", async () => {
  const killed = await digestOf([
    {
      kind: "slice",
      slice: sliceOf(
        0,
        { response: [1] },
        {
          counts: { offered: 9, sent: 9, acked: 1, failed: 0, unknown: 0, dropped: 0 },
        },
      ),
    },
  ]);
  const text = runText(killed, { width: 80, colour: false });
  expect(text).toContain("Run: did not end");
  expect(text).toMatch(/no answer yet +│ +8/);
  expect(runReportJson(killed)).toMatchObject({ ended: false, verdict: null });
  expect(junitXml(runJunit(killed))).toContain('name="ended"><failure');
});

it("makes test cases of delivery, of thresholds and of the audit's checks", async () => {
  const xml = junitXml(runJunit(await whole("lost")));
  expect(xml).toContain('tests="7" failures="2"');
  expect(xml).toMatch(
    /name="lost"><failure message="fails if lost; found 121 ms: lost; longest 3 s"/,
  );
  expect(xml).toMatch(/name="stock adds up"><failure message="expected 1, found lost"/);
});

it.each([...hostile, "| a | <b> | [x](http://y)"])("shows %j, and forges no line", async (text) => {
  const digest = await whole(text);
  const innocent = await whole("x");
  const listed = (id: string) =>
    runListText(
      id,
      [
        {
          ...{ name: id, path: id, bytes: 1, writtenAtMs: 0, running: false },
          ...{
            header: runHeaderOf({ run_id: id, target: id }),
            result: runResultOf({ verdict: id }),
          },
        },
      ],
      80,
    );
  const terminal = { width: 120, colour: false };
  for (const rendered of [runText(digest, terminal), listed(text), runMarkdown(digest)])
    for (const line of rendered.split("\n")) {
      expect(line).not.toMatch(steering);
      expect(line).not.toMatch(/^(Injected|✔)/);
    }
  const markdown = runMarkdown(digest);
  expect(markdown).not.toMatch(/<b>|\[x\]\(/);
  expect(markdown.split("\n").length).toBe(runMarkdown(innocent).split("\n").length);
});
