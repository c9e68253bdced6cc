import { expect, it } from "vitest";
import { stockWasShort } from "../../../../src/audit/checks/stock-was-short.ts";
import type { LimitedStock } from "../../../../src/audit/race-evidence.ts";
import { limited } from "./evidence.ts";

const found = (change: Partial<LimitedStock>) =>
  stockWasShort.judge({ limited: [{ ...limited, ...change }] });

it("passes where more was ordered than there was, and where it was never meant to be short", () => {
  expect(found({ accepted: 11 }).status).toBe("pass");
  expect(found({ stock: 50, accepted: 3 }).status).toBe("pass");
  expect(found({ planned: undefined, accepted: 3 }).status).toBe("pass");
});

it("does not know of any shortage where fewer orders were accepted than would have made one", () => {
  expect(found({ accepted: 10 })).toMatchObject({ status: "unknown", required: true });
  expect(found({ stock: 30, quantity: 2, accepted: 15 }).status).toBe("unknown");
  expect(found({ stock: 30, quantity: 2, accepted: 16 }).status).toBe("pass");
});
