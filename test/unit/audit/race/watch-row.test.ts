import { expect, it } from "vitest";
import { sampleOf } from "../../../../src/audit/race/watch-row.ts";

const waiter = (pid: number, ...blockedBy: number[]) => ({ pid, blockedBy, applicationName: "" });

it("counts who waits and whom they wait for, but never ourselves", () => {
  // 1 is our holder, 2 waits for it, 3 behind 2, and 9 is our own place in the queue.
  const sample = sampleOf([waiter(2, 1), waiter(3, 2), waiter(9, 3)], new Set([1, 9]));
  expect([...sample.transactions].sort()).toEqual([2, 3]);
});

it("sees two transactions when one waits for another that is not ours", () => {
  expect(sampleOf([waiter(2, 5)], new Set([1])).transactions.size).toBe(2);
});
