import { expect, it } from "vitest";
import { soldExactly } from "../../../../src/audit/checks/sold-exactly.ts";
import { evidence } from "./evidence.ts";

const limited = { productId: "PROD007", stock: 10, quantity: 1, accepted: 20 };

it("passes when the stock is sold to the last piece", () => {
  expect(soldExactly(evidence, limited).status).toBe("pass");
});

it("expects what the orders want where the stock suffices, and whole orders only", () => {
  expect(soldExactly(evidence, { ...limited, stock: 50, accepted: 10 }).status).toBe("pass");
  expect(soldExactly(evidence, { ...limited, stock: 11, quantity: 5 }).status).toBe("pass");
});

it("fails when more is sold than there was", () => {
  expect(soldExactly(evidence, { ...limited, stock: 9 }).detail).toContain("oversold");
});

it("fails when less is sold than could be, once all is decided", () => {
  const short = { ...limited, stock: 12 };
  expect(soldExactly(evidence, short).detail).toContain("undersold");
  expect(soldExactly({ ...evidence, drained: false }, short).status).toBe("unknown");
});
