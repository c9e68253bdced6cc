import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Breach, breaches, type ProductBooks } from "../../../src/audit/stock-law.ts";

const pieces = fc.nat(1_000);
const anyBooks = fc.tuple(pieces, pieces).map(
  ([available, reserved]): ProductBooks & {
    readonly stock: NonNullable<ProductBooks["stock"]>;
  } => ({
    stock: { available, reserved, total: available + reserved },
    promised: reserved,
    totalElsewhere: available + reserved,
  }),
);
const anyFigure = fc.option(fc.integer({ min: -20, max: 20 }), { nil: undefined });
/** Whatever may stand in a database, agreeing or not. */
const anythingWritten: fc.Arbitrary<ProductBooks> = fc.record({
  stock: fc.option(
    fc.record({
      available: fc.integer({ min: -20, max: 20 }),
      reserved: anyFigure,
      total: anyFigure,
    }),
    { nil: undefined },
  ),
  promised: fc.nat(20),
  totalElsewhere: anyFigure,
});
const found = (books: ProductBooks) => [...breaches(books)];

describe("the law of conservation", () => {
  it("holds where every account says the same, up to the last piece", () => {
    fc.assert(
      fc.property(anyBooks, (books) => {
        expect(found(books)).toEqual([]);
      }),
    );
  });

  it("holds through any number of reservations, and through none that is counted once only", () => {
    fc.assert(
      fc.property(anyBooks, fc.integer({ min: 1, max: 5 }), (books, quantity) => {
        const { available, reserved = 0, total } = books.stock;
        fc.pre(available >= quantity);
        const moved = { available: available - quantity, reserved: reserved + quantity, total };
        const promised = books.promised + quantity;
        expect(found({ ...books, stock: moved, promised })).toEqual([]);
        expect(found({ ...books, promised })).toEqual(["reserved-differs"]);
        expect(found({ ...books, stock: moved })).toEqual(["reserved-differs"]);
      }),
    );
  });

  it("is broken by one more promised than there is", () => {
    fc.assert(
      fc.property(anyBooks, (books) => {
        const promised = (books.stock.total ?? 0) + 1;
        expect(found({ ...books, promised })).toContain("oversold");
      }),
    );
  });

  it("is broken in one account by what one account alone says", () => {
    fc.assert(
      fc.property(anyBooks, fc.integer({ min: 1, max: 9 }), (books, by) => {
        const { available, reserved = 0, total = 0 } = books.stock;
        const stocked = (change: object) =>
          found({ ...books, stock: { ...books.stock, ...change } });
        expect(stocked({ available: available + by })).toEqual(["does-not-add-up"]);
        expect(stocked({ reserved: reserved + by })).toEqual([
          "reserved-differs",
          "does-not-add-up",
        ]);
        expect(stocked({ total: total + by })).toEqual(["does-not-add-up", "total-differs"]);
        expect(found({ ...books, totalElsewhere: total + by })).toEqual(["total-differs"]);
      }),
    );
  });

  it("is broken by a figure below zero, which never stands alone where all are kept", () => {
    fc.assert(
      fc.property(anythingWritten, (books) => {
        const { stock } = books;
        const all = breaches(books);
        const below: readonly Breach[] = ["available-below-zero", "reserved-below-zero"];
        expect(all.has("available-below-zero")).toBe(stock !== undefined && stock.available < 0);
        expect(all.has("reserved-below-zero")).toBe((stock?.reserved ?? 0) < 0);
        if (stock?.reserved === undefined || stock.total === undefined) return;
        if (!below.some((breach) => all.has(breach))) return;
        expect([...all].some((breach) => !below.includes(breach))).toBe(true);
      }),
    );
  });

  it("says nothing of what is not kept", () => {
    fc.assert(
      fc.property(anythingWritten, (books) => {
        const { stock } = books;
        if (stock === undefined) return;
        const without = (change: object) =>
          found({ ...books, stock: { ...stock, ...change }, ...change });
        const unknown = { reserved: undefined, total: undefined, totalElsewhere: undefined };
        expect(without(unknown).filter((breach) => breach !== "available-below-zero")).toEqual([]);
        expect(without({ totalElsewhere: undefined })).not.toContain("total-differs");
      }),
    );
  });

  it("takes a product that is not stocked for oversold from the first piece", () => {
    fc.assert(
      fc.property(pieces, anyFigure, (promised, totalElsewhere) => {
        expect(found({ stock: undefined, promised, totalElsewhere })).toEqual(
          promised > 0 ? ["oversold"] : [],
        );
      }),
    );
  });
});
