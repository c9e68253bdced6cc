import { expect, it } from "vitest";
import { Failure, worstExitCode } from "../../../src/failure/failure.ts";

it("exits with the first of 70, 1, 7, 4, 3, 5, 6 that holds", () => {
  expect(worstExitCode([])).toBe(0);
  expect(worstExitCode([0, 6, 5])).toBe(5);
  expect(worstExitCode([5, 3, 4, 1])).toBe(1);
  expect(worstExitCode([1, 70])).toBe(70);
  expect(worstExitCode([3, 4, 7])).toBe(7);
  expect(worstExitCode([7, 1])).toBe(1);
  expect(worstExitCode([0, 130])).toBe(130);
});

it("derives the exit code from the kind", () => {
  expect(new Failure("environment", { what: "x" }).exitCode).toBe(4);
  expect(new Failure("inconclusive", { what: "x" }).exitCode).toBe(3);
});
