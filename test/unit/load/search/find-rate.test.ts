import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findRate,
  searchLimits,
  type TriedRate,
  type Try,
} from "../../../../src/load/search/find-rate.ts";

const bounds = { fromPerSecond: 100, maxPerSecond: 200_000 };
const ceilings = fc.double({ min: 100, max: 150_000, noNaN: true });
/** What a step down leaves, after rounding to three digits. */
const near = 1 - searchLimits.tolerance - 0.006;

/** @param holds whether a synthetic system holds, given what was tried before. */
function search(holds: (next: Try, before: readonly TriedRate[]) => boolean, from = bounds) {
  const tried: TriedRate[] = [];
  for (;;) {
    const next = findRate(tried, from);
    if ("end" in next) return { ...next, tried };
    expect(next.ratePerSecond).toBeGreaterThanOrEqual(from.fromPerSecond);
    expect(next.ratePerSecond).toBeLessThanOrEqual(from.maxPerSecond);
    tried.push({ ...next, held: holds(next, tried) });
    // Whatever a system does, it ends.
    expect(tried.length).toBeLessThanOrEqual(searchLimits.stepsMax + searchLimits.holdsMax);
  }
}

function found(result: ReturnType<typeof search>): number {
  expect(result.end).toBe("found");
  return result.end === "found" ? result.ratePerSecond : Number.NaN;
}

describe("findRate", () => {
  it("doubles, halves, tries once more what failed, and holds the best", () => {
    const { tried, ...end } = search(({ ratePerSecond }) => ratePerSecond <= 500);
    expect(tried.map(({ kind, ratePerSecond, held }) => [kind, ratePerSecond, held])).toEqual([
      ["step", 100, true],
      ["step", 200, true],
      ["step", 400, true],
      ["step", 800, false],
      ["step", 600, false],
      ["step", 500, true],
      ["step", 550, false],
      ["step", 525, false],
      ["step", 525, false],
      ["hold", 500, true],
    ]);
    expect(end).toEqual({ end: "found", ratePerSecond: 500 });
  });

  it("finds any ceiling within the tolerance, and never a rate above it", () => {
    fc.assert(
      fc.property(ceilings, (ceiling) => {
        const rate = found(search(({ ratePerSecond }) => ratePerSecond <= ceiling));
        expect(rate).toBeLessThanOrEqual(ceiling);
        expect(rate).toBeGreaterThanOrEqual(ceiling * near);
      }),
    );
  });

  it("is not led astray by rates that fail once for nothing", () => {
    fc.assert(
      fc.property(ceilings, fc.array(fc.nat(20), { maxLength: 3 }), (ceiling, unlucky) => {
        const rate = found(
          search(
            ({ kind, ratePerSecond }, before) =>
              ratePerSecond <= ceiling &&
              !(
                kind === "step" &&
                unlucky.includes(before.length) &&
                before.every((each) => each.ratePerSecond !== ratePerSecond)
              ),
          ),
        );
        expect(rate).toBeLessThanOrEqual(ceiling);
        expect(rate).toBeGreaterThanOrEqual(ceiling * near);
      }),
    );
  });

  it("is not led astray by a system that an overload slows down for one more try", () => {
    fc.assert(
      fc.property(ceilings, fc.double({ min: 0.5, max: 1, noNaN: true }), (ceiling, slowed) => {
        const rate = found(
          search(
            ({ ratePerSecond }, before) => {
              const overloaded = (before.at(-1)?.ratePerSecond ?? 0) > ceiling;
              return ratePerSecond <= ceiling * (overloaded ? slowed : 1);
            },
            { ...bounds, fromPerSecond: 50 },
          ),
        );
        expect(rate).toBeLessThanOrEqual(ceiling);
        // The hold itself follows an overload, and may be one step lower for it.
        expect(rate).toBeGreaterThanOrEqual(ceiling * Math.min(near, slowed * near));
      }),
    );
  });

  it("finds nothing that was not held, however steps and holds come out", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (outcomes) => {
        const result = search(() => outcomes.next().value as boolean);
        if (result.end === "found")
          expect(result.tried).toContainEqual({
            ...{ kind: "hold", ratePerSecond: result.ratePerSecond, held: true },
          });
        else expect(result.tried.some(({ kind, held }) => kind === "hold" && held)).toBe(false);
      }),
    );
  });

  it("goes down where what a step stood is too much for long", () => {
    fc.assert(
      fc.property(ceilings, fc.double({ min: 0.6, max: 0.99, noNaN: true }), (ceiling, lasting) => {
        const from = { ...bounds, fromPerSecond: 10 };
        const rate = found(
          search(
            ({ kind, ratePerSecond }) => ratePerSecond <= ceiling * (kind === "hold" ? lasting : 1),
            from,
          ),
        );
        expect(rate).toBeLessThanOrEqual(ceiling * lasting);
        expect(rate).toBeGreaterThan(ceiling * lasting * 0.6);
      }),
    );
  });

  it("says that none holds after two tries of the first, and that none is confirmed", () => {
    expect(search(() => false)).toMatchObject({
      end: "none",
      tried: [{ ratePerSecond: 100 }, { ratePerSecond: 100 }],
    });
    expect(search(({ kind }) => kind === "step").end).toBe("unconfirmed");
  });

  it("holds the highest rate that can be asked for where nothing fails", () => {
    expect(search(() => true)).toMatchObject({ end: "found", ratePerSecond: 200_000 });
  });
});
