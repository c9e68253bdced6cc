import { expect, it } from "vitest";
import { rowsComeFromLog } from "../../../../src/audit/checks/rows-come-from-log.ts";
import { rowsWereAskedFor } from "../../../../src/audit/checks/rows-were-asked-for.ts";
import type { RowOrigins } from "../../../../src/audit/row-origins.ts";
import { noCounts } from "../../../../src/audit/run-counts.ts";

const none = { count: 0, examples: [] };
const read: Extract<RowOrigins, { read: true }> = {
  read: true,
  rows: 10,
  strangers: none,
  doubtful: none,
  doubt: "",
  unasked: none,
};
const one = { count: 1, examples: ["an-id (reserved)"] };

it("passes when each row has its message", () => {
  expect(rowsComeFromLog.judge({ origins: read })).toMatchObject({
    status: "pass",
    found: "10 from the log",
  });
});

it("fails for a row that no message asked for, whatever else is in doubt", () => {
  expect(
    rowsComeFromLog.judge({ origins: { ...read, strangers: one, doubtful: one } }),
  ).toMatchObject({
    status: "fail",
    found: "1 without a message",
    examples: one.examples,
  });
});

it("does not know where the message may have been, and then nothing is consistent", () => {
  const finding = rowsComeFromLog.judge({
    origins: { ...read, doubtful: one, doubt: "the log has gaps" },
  });
  expect(finding).toMatchObject({ status: "unknown", required: true });
  expect(finding.detail).toContain("the log has gaps");
});

it("does not know without evidence, and says whether it must", () => {
  for (const required of [true, false]) {
    const finding = rowsComeFromLog.judge({ origins: { read: false, why: "why", required } });
    expect(finding).toMatchObject({ status: "unknown", required });
  }
});

it("wants every row of the run's own customers in its history", () => {
  const counts = { ...noCounts(), sent: 10 };
  expect(rowsWereAskedFor.judge({ origins: read, counts }).status).toBe("pass");
  expect(rowsWereAskedFor.judge({ origins: { ...read, unasked: one }, counts })).toMatchObject({
    status: "fail",
    examples: one.examples,
  });
});

it("says nothing of customers that others order for, too", () => {
  expect(
    rowsWereAskedFor.judge({
      origins: { ...read, unasked: undefined },
      counts: { ...noCounts(), sent: 10, unknown: 0 },
    }),
  ).toMatchObject({ status: "unknown", required: false });
});

it("takes a row for an order without an answer, where its id may be the system's own", () => {
  expect(
    rowsWereAskedFor.judge({
      origins: { ...read, unasked: one },
      counts: { ...noCounts(), sent: 10, unknown: 1 },
    }).status,
  ).toBe("unknown");
});
