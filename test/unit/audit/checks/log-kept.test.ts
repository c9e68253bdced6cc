import { expect, it } from "vitest";
import { logKept } from "../../../../src/audit/checks/log-kept.ts";
import { evidence } from "./evidence.ts";

const found = (low: number, began: number) =>
  logKept.judge({
    log: [{ partition: 0, low, high: 20 }],
    baseline: { products: [], log: [{ partition: 0, low: 0, high: began }] },
  });

it("passes while the log reaches back to where the run began", () => {
  expect(logKept.judge(evidence).status).toBe("pass");
  expect(found(10, 10).status).toBe("pass");
});

it("leaves the run open when retention has removed some of its messages", () => {
  expect(found(11, 10)).toMatchObject({
    status: "unknown",
    required: true,
    examples: ["partition 0 begins at 11, the run began at 10"],
  });
});

it("does not ask for it where nobody noted where the run began", () => {
  expect(logKept.judge({ ...evidence, baseline: undefined })).toMatchObject({
    status: "unknown",
    required: false,
  });
});
