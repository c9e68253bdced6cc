import { expect, it } from "vitest";
import { soldExactly } from "../../../../src/audit/checks/sold-exactly.ts";
import type { LimitedStock } from "../../../../src/audit/race-evidence.ts";
import { evidence, limited } from "./evidence.ts";

function found(change: Partial<LimitedStock> = {}, accepted = 20, drained = true) {
  const each = { ...limited, accepted, ...change };
  return soldExactly.judge({ ...evidence, drained, limited: [each] });
}

it("passes when the stock is sold to the last piece", () => {
  expect(found().status).toBe("pass");
});

it("expects what the orders want where the stock suffices, and whole orders only", () => {
  expect(found({ stock: 50 }, 10).status).toBe("pass");
  expect(found({ stock: 11, quantity: 5 }).status).toBe("pass");
});

it("fails when more is sold than there was", () => {
  expect(found({ stock: 9 }).detail).toContain("oversold");
});

it("fails when less is sold than could be, once all is decided", () => {
  expect(found({ stock: 12 }).detail).toContain("undersold");
  expect(found({ stock: 12 }, 20, false).status).toBe("unknown");
});

it("says of each product what was sold, and of those that are wrong why", () => {
  const other = { ...limited, productId: "PROD008", accepted: 1 };
  expect(soldExactly.judge({ ...evidence, limited: [limited, other] })).toMatchObject({
    status: "unknown",
    found: "10 sold, not read",
    detail: "PROD008 is not stocked",
  });
  const oversold = { ...limited, stock: 9 };
  expect(soldExactly.judge({ ...evidence, limited: [other, oversold] }).status).toBe("fail");
});
