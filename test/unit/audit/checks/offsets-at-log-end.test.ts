import { expect, it } from "vitest";
import { offsetsAtLogEnd } from "../../../../src/audit/checks/offsets-at-log-end.ts";
import { evidence } from "./evidence.ts";

it("passes when every partition written to is decided to its end", () => {
  const log = [...evidence.log, { partition: 1, low: 0, high: 0 }];
  expect(offsetsAtLogEnd.judge({ ...evidence, log }).status).toBe("pass");
});

it("passes over a partition that the run did not write to", () => {
  const log = [...evidence.log, { partition: 1, low: 0, high: 7 }];
  const baseline = { products: [], log: [{ partition: 1, low: 0, high: 7 }] };
  expect(offsetsAtLogEnd.judge({ ...evidence, log, baseline }).status).toBe("pass");
});

it("fails when the group has no lag but the database is behind", () => {
  expect(offsetsAtLogEnd.judge({ ...evidence, storedOffsets: new Map([[0, 9]]) })).toMatchObject({
    status: "fail",
    examples: ["partition 0 (9 of 10)"],
  });
});

it("does not know while the log is not drained", () => {
  const behind = { ...evidence, storedOffsets: new Map([[0, 9]]), drained: false };
  expect(offsetsAtLogEnd.judge(behind)).toMatchObject({ status: "unknown", required: true });
});

it("does not have to know where another program consumes", () => {
  expect(offsetsAtLogEnd.judge({ ...evidence, storedOffsets: undefined })).toMatchObject({
    status: "unknown",
    required: false,
  });
});
