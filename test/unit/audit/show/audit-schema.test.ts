import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { howToSee } from "../../../../src/audit/how-to-see.ts";
import { noCounts } from "../../../../src/audit/run-counts.ts";
import { auditFormat } from "../../../../src/audit/show/audit-json.ts";
import { verdictJson } from "../../../../src/audit/show/verdict-json.ts";
import { verdictOf } from "../../../../src/audit/verdict.ts";
import { createSchemaValidator } from "../../../schema-validator.ts";
import { findingsOf, sound, traceOf } from "../ledger/ledger-world.ts";

const schema = JSON.parse(readFileSync("schemas/orders-audit-1.schema.json", "utf8")) as object;

it("a verdict as JSON is what its published schema says, whatever it came to", async () => {
  const validate = (await createSchemaValidator()).compile(schema);
  for (const traces of [sound, [], [...sound, { ...traceOf(5), rows: [] }]]) {
    const json = verdictJson({ ...verdictOf(findingsOf(traces)), counts: noCounts() });
    expect(validate(JSON.parse(JSON.stringify(json))), JSON.stringify(validate.errors)).toBe(true);
  }
  expect(validate({ ...auditFormat, verdict: "fine" })).toBe(false);
});

it("a finding that is not well says what was asked, and how to see the orders", () => {
  const [lost] = findingsOf([...sound, { ...traceOf(5), rows: [] }]);
  expect(lost).toMatchObject({
    check: "messages-decided-once",
    status: "fail",
    explanation: expect.stringContaining("exactly one outcome"),
    see: ["orders explain order-5"],
  });
  expect(findingsOf(sound).flatMap(({ see }) => see ?? [])).toEqual([]);
});

it.each([
  ["orders", "it's (no outcome)", ["orders explain 'it'\\''s'"]],
  ["orders", "3/1042 (no outcome)", []],
  ["orders", "order-1 at 3/1042 (no outcome)", ["orders explain order-1"]],
  ["partitions", "partition 3 (5 of 7)", [expect.stringContaining("consumer_offsets")]],
  ["products", 'a"$(x)` (1 of 2)', [expect.stringContaining("'a\\\"\\$(x)\\`'")]],
  ["nothing", "anything", []],
] as const)("%s, %j: a command to paste that stays one word", (look, example, expected) => {
  const finding = {
    ...({ check: "a-check", status: "fail", expected: "", found: "", required: true } as const),
    examples: [example],
  };
  expect(howToSee(finding, look)).toEqual(expected);
});
