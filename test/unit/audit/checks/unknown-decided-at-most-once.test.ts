import { expect, it } from "vitest";
import { unknownDecidedAtMostOnce } from "../../../../src/audit/checks/unknown-decided-at-most-once.ts";
import { findingOf, row, trace } from "./order-trace-of.ts";

const sent = { state: "unknown" } as const;

it("passes when unanswered orders have one outcome or none", () => {
  expect(
    findingOf(unknownDecidedAtMostOnce, [trace([], { sent }), trace([row], { sent })]),
  ).toMatchObject({ status: "pass", found: "1 decided, 1 never placed" });
});

it("fails when an unanswered order has two", () => {
  const doubled = trace([row], { sent, deadLetters: [{ reason: "unprocessable" }] });
  expect(findingOf(unknownDecidedAtMostOnce, [doubled]).status).toBe("fail");
});

it("leaves answered orders to other checks", () => {
  const doubled = trace([row, row]);
  expect(findingOf(unknownDecidedAtMostOnce, [doubled]).status).toBe("pass");
});
