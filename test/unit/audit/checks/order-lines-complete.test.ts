import { expect, it } from "vitest";
import { orderLinesComplete } from "../../../../src/audit/checks/order-lines-complete.ts";
import { findingOf, referenceDatabase, row, trace } from "./order-trace-of.ts";

const line = { productId: "PROD007", quantity: 2, amount: 399.98 };
const sent = { lines: [line, line] };
const second = { ...row, lineNo: 2 };

it("passes when all lines are there with one status", () => {
  expect(findingOf(orderLinesComplete, [trace([row, second], { sent })]).status).toBe("pass");
});

it.each([
  ["a line is missing", [row]],
  ["line 1 is missing", [second]],
  ["statuses differ", [row, { ...second, status: "rejected" }]],
  ["a line was never sent", [row, second, { ...row, lineNo: 3 }]],
])("fails when %s", (_, rows) => {
  expect(findingOf(orderLinesComplete, [trace(rows, { sent })]).status).toBe("fail");
});

it("knows nothing of several lines where the table has no line numbers", () => {
  const unnumbered = { ...row, lineNo: undefined };
  const several = trace([unnumbered, unnumbered], { sent });
  const context = { present: referenceDatabase };
  expect(findingOf(orderLinesComplete, [several], context).status).toBe("unknown");
  expect(findingOf(orderLinesComplete, [trace([unnumbered])], context).status).toBe("pass");
});
