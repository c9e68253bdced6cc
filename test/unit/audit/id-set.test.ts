import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { IdSet } from "../../../src/audit/id-set.ts";

it("holds what a set of lower-case texts holds", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (added, asked) => {
      const ids = new IdSet();
      for (const id of added) ids.add(id);
      const plain = new Set(added.map((id) => id.toLowerCase()));
      expect(ids.size).toBe(plain.size);
      for (const id of [...added, ...asked]) expect(ids.has(id)).toBe(plain.has(id.toLowerCase()));
    }),
  );
});

it("grows, and tells twenty thousand ids from as many others", () => {
  const ids = new IdSet();
  const added = Array.from({ length: 20_000 }, () => randomUUID());
  for (const id of added) ids.add(id);
  expect(ids.size).toBe(added.length);
  expect(added.every((id) => ids.has(id.toUpperCase()))).toBe(true);
  expect(added.some(() => ids.has(randomUUID()))).toBe(false);
});
