import { expect, it } from "vitest";
import { logHoldsAccepted } from "../../../../src/audit/checks/log-holds-accepted.ts";
import { evidence } from "./evidence.ts";

it("passes when the log grew by what was accepted, or by more", () => {
  expect(logHoldsAccepted(evidence, 10).status).toBe("pass");
  expect(logHoldsAccepted(evidence, 9).status).toBe("pass");
});

it("fails when accepted orders cannot all be in the log", () => {
  expect(logHoldsAccepted(evidence, 11).status).toBe("fail");
});

it("fails when a partition ends before it began", () => {
  const baseline = { products: [], log: [{ partition: 0, low: 0, high: 50 }] };
  expect(logHoldsAccepted({ ...evidence, baseline }, 1).status).toBe("fail");
});

it("does not know without a baseline", () => {
  expect(logHoldsAccepted({ ...evidence, baseline: undefined }, 1)).toMatchObject({
    status: "unknown",
    required: false,
  });
});
