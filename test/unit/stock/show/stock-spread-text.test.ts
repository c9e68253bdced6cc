import { expect, it } from "vitest";
import { stockSpreadText } from "../../../../src/stock/show/stock-spread-text.ts";

const text = (slots_before: number, slots: number) =>
  stockSpreadText({
    ...{ product_id: "PROD007", slots, slots_before, available_quantity: 80 },
    allotted_per_slot: slots === 0 ? 0 : Math.floor(80 / slots),
  });

it("says what there was and what there is now", () => {
  expect(text(0, 8)).toBe("PROD007 now spread over 8 slots of 10 pieces each: 80 available");
  expect(text(8, 8)).toBe("PROD007 still spread over 8 slots of 10 pieces each: 80 available");
  expect(text(8, 1)).toBe(
    "PROD007 from 8 slots now spread over 1 slot of 80 pieces each: 80 available",
  );
  expect(text(3, 0)).toBe("PROD007 gathered from 3 slots: 80 available");
  expect(text(0, 0)).toBe("PROD007 is not spread");
});
