import { expect, it } from "vitest";
import { logHoldsAccepted } from "../../../../src/audit/checks/log-holds-accepted.ts";
import { noCounts } from "../../../../src/audit/run-counts.ts";
import { evidence } from "./evidence.ts";

function accepted(count: number) {
  return { counts: { ...noCounts(), accepted: count } };
}

it("passes when the log grew by what was accepted, or by more", () => {
  expect(logHoldsAccepted.judge({ ...evidence, ...accepted(10) }).status).toBe("pass");
  expect(logHoldsAccepted.judge({ ...evidence, ...accepted(9) }).status).toBe("pass");
});

it("fails when accepted orders cannot all be in the log", () => {
  expect(logHoldsAccepted.judge({ ...evidence, ...accepted(11) }).status).toBe("fail");
});

it("fails when a partition ends before it began", () => {
  const baseline = { products: [], log: [{ partition: 0, low: 0, high: 50 }] };
  expect(logHoldsAccepted.judge({ ...evidence, ...accepted(1), baseline }).status).toBe("fail");
});

it("does not know without a baseline", () => {
  expect(
    logHoldsAccepted.judge({ ...evidence, ...accepted(1), baseline: undefined }),
  ).toMatchObject({
    status: "unknown",
    required: false,
  });
});
