import { expect, it } from "vitest";
import { totalMatchesMovements } from "../../../../src/audit/checks/total-matches-movements.ts";
import { evidence, withProduct } from "./evidence.ts";
import { referenceDatabase } from "./order-trace-of.ts";

it("passes when the movements add up to the total", () => {
  expect(totalMatchesMovements.judge(evidence).status).toBe("pass");
});

it("fails when stock was changed without a movement", () => {
  expect(totalMatchesMovements.judge(withProduct({ movedTotal: 90 })).status).toBe("fail");
});

it("does not know without the table, and does not have to", () => {
  expect(totalMatchesMovements.judge({ ...evidence, present: referenceDatabase })).toMatchObject({
    status: "unknown",
    required: false,
  });
});
