import { expect, it } from "vitest";
import { failedLeftNothing } from "../../../../src/audit/checks/failed-left-nothing.ts";
import { findingOf, row, trace } from "./order-trace-of.ts";

it("passes when refused and dropped orders are nowhere", () => {
  const traces = (["failed", "dropped"] as const).map((state) => trace([], { sent: { state } }));
  expect(findingOf(failedLeftNothing, traces).status).toBe("pass");
});

it.each(["failed", "dropped"] as const)("fails when a %s order has an outcome", (state) => {
  expect(findingOf(failedLeftNothing, [trace([row], { sent: { state } })]).status).toBe("fail");
  const dead = trace([], { sent: { state }, deadLetters: [{ reason: "not_json" }] });
  expect(findingOf(failedLeftNothing, [dead]).status).toBe("fail");
});
