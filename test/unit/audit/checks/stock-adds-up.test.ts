import { expect, it } from "vitest";
import { stockAddsUp } from "../../../../src/audit/checks/stock-adds-up.ts";
import { evidence, withProduct } from "./evidence.ts";

it("passes when available + reserved is total", () => {
  expect(stockAddsUp.judge(evidence).status).toBe("pass");
});

it.each([
  { available: 91, reserved: 10, total: 100 },
  { available: -1, reserved: 101, total: 100 },
])("fails for %j", (stock) => {
  expect(stockAddsUp.judge(withProduct({ stock })).status).toBe("fail");
});

it("does not know without a total", () => {
  const stock = { available: 90, reserved: 10, total: undefined };
  expect(stockAddsUp.judge(withProduct({ stock })).status).toBe("unknown");
});
