import { expect, it } from "vitest";
import { transactionsOverlapped } from "../../../../src/audit/checks/transactions-overlapped.ts";

const overlap = {
  held: true,
  rounds: 5,
  roundsWithOverlap: 1,
  transactionsMax: 2,
  backends: [{ pid: 7, applicationName: "orders consume" }],
};

it("passes when two transactions were at the row at once, and names them", () => {
  expect(transactionsOverlapped("PROD007", overlap)).toMatchObject({
    status: "pass",
    found: "2 in 1 of 5 rounds",
    examples: ["PID 7 (orders consume)"],
  });
});

it("does not know of any race without them", () => {
  const alone = { ...overlap, roundsWithOverlap: 0, transactionsMax: 1 };
  expect(transactionsOverlapped("PROD007", alone)).toMatchObject({
    status: "unknown",
    required: true,
  });
});
