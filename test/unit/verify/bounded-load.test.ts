import { expect, it } from "vitest";
import type { LoadRequest } from "../../../src/load/load-request.ts";
import { boundedLoad } from "../../../src/verify/bounded-load.ts";

const loadOf = (orders: number) => ({ schedule: { orders } }) as LoadRequest;

it("refuses before anything is started what the audit could not read to its end", () => {
  expect(boundedLoad(loadOf(4_000_000)).schedule.orders).toBe(4_000_000);
  expect(() => boundedLoad(loadOf(4_000_001))).toThrow("more than a verification can reconcile");
});
