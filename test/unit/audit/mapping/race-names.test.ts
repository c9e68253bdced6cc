import fc from "fast-check";
import { expect, it } from "vitest";
import { idAsStored, type OrderIdType } from "../../../../src/audit/mapping/id-type.ts";
import { idForms, raceNames } from "../../../../src/audit/mapping/race-names.ts";
import type { MappedRelations } from "../../../../src/audit/mapping/relations.ts";

function mappedAs(order: string, customer: string, product = "text"): MappedRelations {
  const side = { from: "", table: "", names: {} };
  return {
    orders: { ...side, types: { order_id: order, customer_id: customer } },
    inventory: { ...side, types: { product_id: product } },
    writersKept: true,
  };
}

const raceId = fc.nat({ max: 0xffff_ffff }).map((id) => id.toString(16).padStart(8, "0"));
const number = fc.integer({ min: 1, max: 1_000_000 });

it("gives every order and customer an id that its column holds", () => {
  const whole = fc.constantFrom<OrderIdType>("integer", "bigint", "numeric");
  fc.assert(
    fc.property(raceId, whole, whole, number, number, (race, order, customer, a, b) => {
      const names = raceNames(race, mappedAs(order, customer), order);
      for (const name of [String(a), `probe-${(b % 1_000) + 1}`]) {
        const customerId = names.customerId(name, 0);
        expect(idAsStored(customerId, customer)).toBe(customerId);
        expect(names.isRacer(customerId)).toBe(true);
        const orderId = names.orderId(name, customerId);
        expect(idAsStored(orderId, order)).toBe(orderId);
        expect(Number.isSafeInteger(Number(orderId))).toBe(true);
      }
      if (a === b) return;
      expect(names.orderId(String(a), "")).not.toBe(names.orderId(String(b), ""));
      expect(names.customerId(String(a), 0)).not.toBe(names.customerId(String(b), 0));
    }),
  );
});

it("names customers as it always did where they are text, or not kept", () => {
  for (const mapped of [undefined, mappedAs("integer", "character varying")]) {
    const names = raceNames("0000abcd", mapped, mapped === undefined ? "uuid" : "integer");
    expect(names.customerId("17", 0)).toBe("race-0000abcd-17");
    expect(names.customerId("17", 2)).toBe("race-0000abcd-17-2");
    expect(names.isRacer("race-0000abcd-17-2")).toBe(true);
    expect(names.isRacer("race-0000abce-17")).toBe(false);
  }
});

it("knows the customers that it gave where they are UUIDs", () => {
  const names = raceNames("0000abcd", mappedAs("uuid", "uuid"), "uuid");
  const id = names.customerId("17", 0);
  expect(idAsStored(id, "uuid")).toBe(id);
  expect(names.isRacer(id.toUpperCase())).toBe(true);
  expect(names.isRacer(names.orderId("17", id))).toBe(false);
});

it("writes numbers where the tables have numbers", () => {
  expect(idForms(undefined)).toEqual({ orderId: "text", customerId: "text", productId: "text" });
  expect(idForms(mappedAs("bigint", "uuid", "integer"))).toEqual({
    ...{ orderId: "number", customerId: "text", productId: "number" },
  });
});
