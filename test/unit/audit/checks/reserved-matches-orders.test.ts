import { expect, it } from "vitest";
import { reservedMatchesOrders } from "../../../../src/audit/checks/reserved-matches-orders.ts";
import { evidence, withProduct } from "./evidence.ts";
import { referenceDatabase } from "./order-trace-of.ts";

it("passes when reserved_quantity is the sum of the reserved rows", () => {
  expect(reservedMatchesOrders.judge(evidence)).toMatchObject({
    status: "pass",
    found: "10 in 1 product",
  });
});

it("fails when an update was lost", () => {
  expect(reservedMatchesOrders.judge(withProduct({ reservedByOrders: 11 }))).toMatchObject({
    status: "fail",
    examples: ["PROD007 (reserved 10, orders say 11)"],
  });
});

it("compares with the baseline where the books did not start even, and says so", () => {
  const uneven = {
    ...withProduct({ stock: { available: 85, reserved: 15, total: 100 } }),
    present: referenceDatabase,
    baseline: {
      log: [],
      products: [
        {
          productId: "PROD007",
          stock: { available: 95, reserved: 5, total: 100 },
          reservedByOrders: 0,
          movedTotal: undefined,
        },
      ],
    },
  };
  expect(reservedMatchesOrders.judge(uneven)).toMatchObject({ status: "pass" });
  expect(reservedMatchesOrders.judge(uneven).detail).toContain("PROD007 by 5");
  const off = { ...uneven, products: [{ ...uneven.products[0], reservedByOrders: 11 }] };
  expect(reservedMatchesOrders.judge(off as typeof uneven).status).toBe("fail");
});

it("makes no allowance where every stock change is a movement", () => {
  const changed = {
    ...evidence,
    ...withProduct({ stock: { available: 89, reserved: 11, total: 100 } }),
  };
  const from = { log: [], products: [{ ...changed.products[0], reservedByOrders: 10 }] };
  expect(
    reservedMatchesOrders.judge({ ...changed, baseline: from as typeof evidence.baseline }).status,
  ).toBe("fail");
});

it("does not know without the column", () => {
  const stock = { available: 90, reserved: undefined, total: 100 };
  expect(reservedMatchesOrders.judge(withProduct({ stock })).status).toBe("unknown");
});
