import { expect, it } from "vitest";
import { childState } from "../../../../src/runtime/stack/status.ts";

it.each([
  ["running", true, true, "running"],
  ["running", true, false, "running"],
  ["running", false, true, "restarting"],
  ["waiting", false, true, "restarting"],
  ["failed", false, true, "failed"],
  ["failed", false, false, "failed"],
  // Nobody is there who would start it again.
  ["running", false, false, "stopped"],
  ["waiting", false, false, "stopped"],
  ["stopping", false, true, "stopped"],
] as const)("recorded as %s, alive %s, supervised %s: %s", (status, alive, supervised, expected) => {
  expect(childState({ status }, alive, supervised)).toBe(expected);
});
