import { expect, it } from "vitest";
import { contentsAsSent } from "../../../../src/audit/checks/contents-as-sent.ts";
import { findingOf, row, trace } from "./order-trace-of.ts";

it("passes when rows say what was sent, whether reserved or rejected", () => {
  const traces = [trace([row]), trace([{ ...row, status: "rejected" }])];
  expect(findingOf(contentsAsSent, traces)).toMatchObject({ status: "pass", found: "2 equal" });
});

it.each([
  { customerId: "CUST2" },
  { productId: "PROD008" },
  { quantity: 3 },
  { amount: 399.97 },
])("fails when a row says %j", (change) => {
  const finding = findingOf(contentsAsSent, [trace([{ ...row, ...change }])]);
  expect(finding.status).toBe("fail");
  expect(finding.examples[0]).toContain(String(Object.values(change)[0]));
});

it("compares each line with its own, by number", () => {
  const lines = [
    { productId: "PROD007", quantity: 2, amount: 399.98 },
    { productId: "PROD001", quantity: 1, amount: 1299.99 },
  ];
  const second = { ...row, lineNo: 2, productId: "PROD001", quantity: 1, amount: 1299.99 };
  const right = trace([row, second], { sent: { lines } });
  const crossed = trace([{ ...row, lineNo: 2 }], { sent: { lines } });
  expect(findingOf(contentsAsSent, [right]).status).toBe("pass");
  expect(findingOf(contentsAsSent, [crossed]).status).toBe("fail");
});
