import fc from "fast-check";
import { expect, it } from "vitest";
import { InFlight, Listed } from "../../../src/load/in-flight.ts";

class Item extends Listed {}

it("is a Set in all it does, the oldest first", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), (toggled) => {
      const items = Array.from({ length: 21 }, () => new Item());
      const list = new InFlight<Item>();
      const model = new Set<Item>();
      for (const n of toggled) {
        const item = items[n] as Item;
        if (model.has(item)) expect(list.delete(item)).toBe(model.delete(item));
        else {
          expect(list.delete(item)).toBe(false);
          model.add(item);
          list.add(item);
        }
        expect(list.size).toBe(model.size);
        expect(list.oldest).toBe([...model][0]);
      }
      const found: Item[] = [];
      for (let each = list.oldest; each !== undefined; each = each.newer) found.push(each);
      expect(found).toEqual([...model]);
    }),
  );
});

it("what has left it refers to nothing in it, and nothing to what has left", () => {
  const list = new InFlight<Item>();
  const [first, second, third] = [new Item(), new Item(), new Item()];
  for (const each of [first, second, third]) list.add(each);
  list.delete(second);
  expect([second.older, second.newer]).toEqual([undefined, undefined]);
  expect([first.newer, third.older]).toEqual([third, first]);
});
