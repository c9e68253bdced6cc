import { expect, it } from "vitest";
import { beginAgain, fullJitterMs } from "../../../../src/reservation/strategies/begin-again.ts";
import type { ReserveResult } from "../../../../src/reservation/work.ts";

const counts = { reserved: 1, rejected: 0, deadLettered: 0, duplicates: 0 };
const committed: ReserveResult = { kind: "committed", counts, reserved: [] };

function failing(times: number, error: Error) {
  let left = times;
  return () => (left-- > 0 ? Promise.reject(error) : Promise.resolve(committed));
}

it("counts the transactions that were begun again", async () => {
  const attempts = { max: 4, passes: () => true };
  expect(await beginAgain(attempts, failing(0, new Error()))).toEqual(committed);
  expect(await beginAgain(attempts, failing(3, new Error()))).toEqual({ ...committed, retries: 3 });
});

it("ends after the last attempt, and at once for what does not pass", async () => {
  const passing = { max: 3, passes: () => true };
  expect(await beginAgain(passing, failing(3, new Error()))).toBeUndefined();
  const attempts = { max: 3, passes: () => false };
  await expect(beginAgain(attempts, failing(1, new Error("no")))).rejects.toThrow("no");
});

it("waits from nothing to the whole of a doubling ceiling, up to a bound", () => {
  expect(fullJitterMs(0, () => 0)).toBe(0);
  expect(fullJitterMs(0, () => 1)).toBe(4);
  expect(fullJitterMs(3, () => 1)).toBe(32);
  expect(fullJitterMs(50, () => 1)).toBe(256);
});
