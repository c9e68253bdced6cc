import { expect, it } from "vitest";
import type { FaultResult } from "../../../../src/prove/matrix.ts";
import { matrixText } from "../../../../src/prove/show/matrix-text.ts";

function result(fault: string, parts: Partial<FaultResult>): FaultResult {
  return {
    ...{
      fault,
      of: "pipeline",
      explanation: "",
      expected: [],
      verdict: "violated",
      fired: [],
      missed: [],
    },
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
  expect(text.split("\n").slice(0, 5)).toEqual([
    "             a b",
    "lost-update  ● ?",
    "drop         ✗ ·",
    "double       · !",
    "a sums  b rows",
  ]);
});

it("fits eighty columns with as many checks as the ledger has, and more", () => {
  const checks = Array.from({ length: 24 }, (_, n) => `check-${n}`);
  const many = checks.map((check, n) =>
    result(`a-fault-with-a-long-name-${n}`, { fired: [check], asked: checks }),
  );
  const text = matrixText(many, { width: 80, colour: false });
  expect(text).toContain("a b c d");
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

it("is a list of lines where the terminal is too narrow for it", () => {
  expect(matrixText(results, { width: 15, colour: false })).toBe(
    "● lost-update:\nsums\n✗ drop: no\ncheck fired\n✗ double: rows",
  );
});
