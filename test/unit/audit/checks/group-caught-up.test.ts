import { expect, it } from "vitest";
import { groupCaughtUp } from "../../../../src/audit/checks/group-caught-up.ts";
import { race } from "./evidence.ts";

it("passes when nothing was left to decide, and leaves the race open when something was", () => {
  expect(groupCaughtUp.judge({ race, drained: true }).status).toBe("pass");
  expect(groupCaughtUp.judge({ race, drained: false })).toMatchObject({
    status: "unknown",
    required: true,
  });
});
