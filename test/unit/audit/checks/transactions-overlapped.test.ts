import { expect, it } from "vitest";
import { transactionsOverlapped } from "../../../../src/audit/checks/transactions-overlapped.ts";
import { race } from "./evidence.ts";

it("passes when two transactions were at the row at once, and names them", () => {
  expect(transactionsOverlapped.judge({ race })).toMatchObject({
    status: "pass",
    found: "2 in 1 of 5 rounds",
    examples: ["PID 7 (orders consume)"],
  });
});

it("does not know of any race without them", () => {
  const alone = { ...race.overlap, roundsWithOverlap: 0, transactionsMax: 1 };
  expect(transactionsOverlapped.judge({ race: { ...race, overlap: alone } })).toMatchObject({
    status: "unknown",
    required: true,
  });
});
