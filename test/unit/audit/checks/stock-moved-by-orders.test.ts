import { expect, it } from "vitest";
import { stockMovedByOrders } from "../../../../src/audit/checks/stock-moved-by-orders.ts";
import type { Evidence } from "../../../../src/audit/database-evidence.ts";
import { evidence, product, withProduct } from "./evidence.ts";

/** Ten sold of a hundred. */
const kept = withMovements(withProduct({ movedAvailable: 100 }));

function withMovements(given: Evidence): Evidence {
  const baseline = given.baseline;
  if (baseline === undefined) throw new Error("the evidence has a baseline");
  const products = baseline.products.map((each) => ({ ...each, movedAvailable: 100 }));
  return { ...given, baseline: { ...baseline, products } };
}

it("passes when what went is what was sold", () => {
  expect(stockMovedByOrders.judge({ ...kept, alone: true }).status).toBe("pass");
  expect(stockMovedByOrders.judge({ ...evidence, alone: true }).status).toBe("pass");
});

it("fails when a piece went that nobody ordered and nobody recorded", () => {
  const stock = { available: 89, reserved: 11, total: 100 };
  const finding = stockMovedByOrders.judge({
    ...withMovements(withProduct({ movedAvailable: 100, stock })),
    alone: false,
  });
  expect(finding.status).toBe("fail");
  expect(finding.examples).toEqual(["PROD007 (available -11, orders -10, recorded 0)"]);
});

it("takes a recorded movement for what it says, unless nobody but the run was there", () => {
  const stock = { available: 85, reserved: 10, total: 95 };
  const moved = withMovements(withProduct({ movedAvailable: 95, movedTotal: 95, stock }));
  expect(stockMovedByOrders.judge({ ...moved, alone: false })).toMatchObject({ status: "pass" });
  expect(stockMovedByOrders.judge({ ...moved, alone: false }).detail).toContain("PROD007 (-5)");
  expect(stockMovedByOrders.judge({ ...moved, alone: true })).toMatchObject({ status: "fail" });
});

it("knows what orders gave back and what left with them, even where nobody else may be", () => {
  // Of ten sold four were given back, and three have left.
  const ended = { releasedByOrders: 4, shippedByOrders: 3, reservedByOrders: 3 };
  const stock = { available: 94, reserved: 3, total: 97 };
  const moved = withMovements(withProduct({ ...ended, movedAvailable: 104, stock }));
  expect(stockMovedByOrders.judge({ ...moved, alone: true })).toMatchObject({
    status: "pass",
    expected: "10 sold, no other change",
  });
  // Given back twice: the books of the product agree, and only the orders say otherwise.
  const twice = { ...stock, available: 98, total: 101 };
  const doubled = withMovements(withProduct({ ...ended, movedAvailable: 108, stock: twice }));
  expect(stockMovedByOrders.judge({ ...doubled, alone: true })).toMatchObject({ status: "fail" });
  const unrecorded = withMovements(withProduct({ ...ended, movedAvailable: 104, stock: twice }));
  expect(stockMovedByOrders.judge({ ...unrecorded, alone: false }).status).toBe("fail");
});

it("takes the change of the total where no movements are kept", () => {
  const stock = { available: 85, reserved: 10, total: 95 };
  expect(stockMovedByOrders.judge({ ...withProduct({ stock }), alone: false }).status).toBe("pass");
});

it("does not know without a baseline, or without totals and movements", () => {
  const { baseline: _, ...without } = evidence;
  expect(stockMovedByOrders.judge({ ...without, baseline: undefined, alone: false })).toMatchObject(
    {
      status: "unknown",
      required: false,
    },
  );
  const stock = { available: 90, reserved: 10, total: undefined };
  const products = [{ ...product, stock }];
  expect(
    stockMovedByOrders.judge({
      ...evidence,
      products,
      baseline: { products, log: [] },
      alone: false,
    }),
  ).toMatchObject({ status: "unknown", required: false });
});
