import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minus, plus, readingOf } from "../../../../src/audit/watch/kept-sums.ts";

const table = { file: "1", blocks: 10_000, changed: 0, byBlocks: true };
const kept = { file: "1", to: 1_000, sums: new Map() };

describe("readingOf", () => {
  it("takes blocks for old once all that was at work when the table had grown past them has ended", () => {
    const marks = [
      { file: "1", blocks: 5_000, next: 70 },
      { file: "1", blocks: 9_000, next: 90 },
    ];
    expect(readingOf(table, { oldestRunning: 69 }, kept, marks)).toEqual({
      complete: false,
      ...{ from: 1_000, to: 1_000 },
    });
    expect(readingOf(table, { oldestRunning: 70 }, kept, marks)).toEqual({
      complete: false,
      ...{ from: 1_000, to: 5_000 - 256 },
    });
    expect(readingOf(table, { oldestRunning: 90 }, kept, marks)).toMatchObject({ to: 9_000 - 256 });
  });

  it("never goes back, and never past the end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ blocks: fc.nat(20_000), next: fc.nat(100) })),
        fc.nat(20_000),
        fc.nat(20_000),
        fc.nat(100),
        (seen, blocks, to, oldestRunning) => {
          const marks = seen.map((mark) => ({ file: "1", ...mark }));
          const reading = readingOf(
            { ...table, blocks },
            { oldestRunning },
            { ...kept, to },
            marks,
          );
          if (reading.complete) {
            expect(blocks).toBeLessThan(to);
            expect(reading.openFrom).toBeLessThanOrEqual(blocks);
          } else {
            expect(reading.from).toBe(to);
            expect(reading.to).toBeGreaterThanOrEqual(to);
            expect(reading.to).toBeLessThanOrEqual(blocks);
          }
        },
      ),
    );
  });

  it("keeps nothing of another file, nor of one that was cut off", () => {
    expect(readingOf({ ...table, file: "2" }, { oldestRunning: 1 }, kept, [])).toMatchObject({
      complete: true,
    });
    expect(readingOf({ ...table, blocks: 999 }, { oldestRunning: 1 }, kept, [])).toMatchObject({
      complete: true,
    });
    const mark = { file: "2", blocks: 9_000, next: 1 };
    expect(readingOf(table, { oldestRunning: 5 }, kept, [mark])).toMatchObject({ to: 1_000 });
  });
});

describe("sums", () => {
  it("are taken apart as they were put together", () => {
    const sum = fc.record(
      { pieces: fc.nat(1_000), rows: fc.integer({ min: 1, max: 9 }) },
      { noNullPrototype: true },
    );
    const sums = fc
      .dictionary(fc.constantFrom("A", "B", "C"), sum)
      .map((each) => new Map(Object.entries(each)));
    fc.assert(
      fc.property(sums, sums, (a, b) => {
        expect(minus(plus(a, b), b)).toEqual(a);
      }),
    );
  });
});
