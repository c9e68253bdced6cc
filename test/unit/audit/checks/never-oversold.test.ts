import { expect, it } from "vitest";
import { neverOversold } from "../../../../src/audit/checks/never-oversold.ts";
import { evidence, withProduct } from "./evidence.ts";

it("passes up to the last piece", () => {
  expect(neverOversold.judge(evidence).status).toBe("pass");
  expect(neverOversold.judge(withProduct({ reservedByOrders: 100 })).status).toBe("pass");
});

it("fails when the orders reserve more than there is, whatever the inventory says", () => {
  expect(neverOversold.judge(withProduct({ reservedByOrders: 101 }))).toMatchObject({
    status: "fail",
    examples: ["PROD007 (reserved 101, total 100)"],
  });
});

it("fails for a reserved product that is not stocked at all", () => {
  expect(neverOversold.judge(withProduct({ stock: undefined })).status).toBe("fail");
});
