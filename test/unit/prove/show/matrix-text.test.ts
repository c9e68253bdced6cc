import { expect, it } from "vitest";
import type { FaultResult } from "../../../../src/prove/matrix.ts";
import { matrixText } from "../../../../src/prove/show/matrix-text.ts";

function result(fault: string, parts: Partial<FaultResult>): FaultResult {
  return {
    ...{ fault, explanation: "", expected: [], verdict: "violated", fired: [], missed: [] },
    ...{ falseAlarms: [], unknown: [], asked: ["sums", "rows", "log"], durationMs: 1 },
    ...parts,
  };
}
const sums = { check: "sums", because: "" };
const results = [
  result("lost-update", { expected: [sums], fired: ["sums"], unknown: ["rows"] }),
  result("drop", { expected: [sums], missed: ["sums"] }),
  result("double", { fired: ["rows"], falseAlarms: [{ check: "rows", detail: "odd" }] }),
];

it("shows fault by check: what fired, what should have, and what should not", () => {
  const text = matrixText(results, { width: 60, colour: false });
  expect(text.split("\n").slice(0, 8).join("\n")).toBe(
    `
┌──────────────────┬───┬───┐
│ fault            │ a │ b │
├──────────────────┼───┼───┤
│ lost-update      │ ● │ ? │
│ drop             │ ✗ │ · │
│ double           │ · │ ! │
└──────────────────┴───┴───┘
a sums  b rows`.trim(),
  );
});

it("is a list of lines where the terminal is too narrow for it", () => {
  expect(matrixText(results, { width: 26, colour: false })).toBe(
    "● lost-update: sums\n✗ drop: no check fired\n✗ double: rows",
  );
});
