import fc from "fast-check";
import { expect, it } from "vitest";
import { LatencyHistogram } from "../../../src/report/latency-histogram.ts";

it("no percentile is above another that is higher, nor above the highest that was recorded", () => {
  const histogram = new LatencyHistogram();
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 600_000, noNaN: true }), { minLength: 1 }),
      (all) => {
        histogram.reset();
        for (const ms of all) histogram.record(ms);
        const { p50, p90, p99, p999, max } = histogram.percentiles();
        const found = [p50, p90, p99, p999, max];
        expect(found).toEqual(found.toSorted((a, b) => a - b));
        expect(max).toBeCloseTo(Math.max(...all), 2);
      },
    ),
  );
  histogram.release();
});
