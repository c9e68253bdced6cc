import { expect, it } from "vitest";
import { soldExactly } from "../../../../src/audit/checks/sold-exactly.ts";
import type { LimitedStock } from "../../../../src/audit/race-evidence.ts";
import { noCounts } from "../../../../src/audit/run-counts.ts";
import { evidence, limited } from "./evidence.ts";

function found(change: Partial<LimitedStock> = {}, accepted = 20, drained = true) {
  const counts = { ...noCounts(), accepted };
  return soldExactly.judge({ ...evidence, drained, counts, limited: { ...limited, ...change } });
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
