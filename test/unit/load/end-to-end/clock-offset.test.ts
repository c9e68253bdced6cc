import fc from "fast-check";
import { expect, it } from "vitest";
import { clockOffset } from "../../../../src/load/end-to-end/clock-offset.ts";

it("the true offset is never further away than it says", () => {
  const anyTrip = fc.record({
    askedMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
    there: fc.double({ min: 0, max: 1e3, noNaN: true }),
    back: fc.double({ min: 0, max: 1e3, noNaN: true }),
  });
  const anyOffset = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(anyOffset, fc.array(anyTrip, { minLength: 1 }), (trueMs, trips) => {
      const { offsetMs, uncertaintyMs } = clockOffset(
        trips.map(({ askedMs, there, back }) => ({
          askedMs,
          saidMs: askedMs + there + trueMs,
          answeredMs: askedMs + there + back,
        })),
      );
      expect(Math.abs(offsetMs - trueMs)).toBeLessThanOrEqual(uncertaintyMs + 1e-6);
    }),
  );
});
