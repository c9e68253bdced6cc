import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Timeline } from "../../../../src/load/runs/timeline.ts";
import type { Slice } from "../../../../src/load/slice.ts";
import { digestOf, histogramOf, runHeaderOf, runResultOf, sliceOf } from "./runs.ts";

/** HDR histograms of three digits keep a value to a thousandth. */
const exactly = (value: number, found: number | undefined) => {
  expect(Math.abs((found ?? Number.NaN) - value)).toBeLessThanOrEqual(value / 1_000 + 0.001);
};

/** By definition: the smallest value that so many per cent do not exceed. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

const latencies = fc.array(fc.double({ min: 0.01, max: 10_000, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

function sliceLines(slices: readonly Slice[]) {
  return slices.map((slice) => ({ kind: "slice", slice }) as const);
}

describe("a digest", () => {
  it("has the percentiles of all orders, as counting them one by one would", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(latencies, { minLength: 1, maxLength: 8 }), async (seconds) => {
        const slices = seconds.map((response, second) => sliceOf(second, { response }));
        const { latencies, steps } = await digestOf(sliceLines(slices));
        const all = seconds.flat();
        const { response } = latencies;
        expect(response?.count).toBe(all.length);
        exactly(percentile(all, 50), response?.p50);
        exactly(percentile(all, 99), response?.p99);
        exactly(Math.max(...all), response?.max);
        for (const [index, step] of steps.entries())
          exactly(percentile(seconds[index] ?? [], 90), step.latencies.response?.p90);
      }),
      { numRuns: 30 },
    );
  });

  it("leaves the warm-up out of every figure, and says how long it was", async () => {
    const { seconds, warmUpSeconds, counts, latencies, steps } = await digestOf(
      sliceLines(
        [-2, -1, 0, 1].map((second) => sliceOf(second, { response: [second < 0 ? 999 : 1] })),
      ),
    );
    expect({ seconds, warmUpSeconds, acked: counts.acked }).toEqual({
      ...{ seconds: 2, warmUpSeconds: 2, acked: 2 },
    });
    expect(latencies.response?.max).toBe(1);
    expect(steps.map(({ second }) => second)).toEqual([0, 1]);
  });

  it("adds up answers and samples, and keeps end to end apart", async () => {
    const found = await digestOf([
      ...sliceLines([
        sliceOf(0, { service: [1] }, { gauges: { lag: 10 } }),
        sliceOf(1, { service: [3] }, { gauges: { lag: 30 } }),
      ]),
      { kind: "end_to_end", endToEnd: { histogram: histogramOf([50, 60]), source: "created_at" } },
      { kind: "result", result: runResultOf() },
    ]);
    expect(found.answers).toEqual([{ state: "acked", kind: "202", count: 200 }]);
    expect(found.gauges.lag).toEqual({ count: 2, sum: 40, mean: 20, max: 30, last: 30 });
    expect(found.latencies.end_to_end).toMatchObject({ count: 2 });
    expect(found.latencies.service).toMatchObject({ count: 2, p50: 1 });
    expect(found.endToEndFrom).toBe("created_at");
  });

  it("refuses what is no histogram, and names the file", async () => {
    const slice = { ...sliceOf(0), histograms: { response: "AAAA" } };
    await expect(digestOf(sliceLines([slice]), runHeaderOf())).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("/state/run.ndjson holds a histogram that cannot be read"),
    });
  });
});

describe("a timeline", () => {
  it("holds no more steps than it may, whatever the order of slices, and loses nothing", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 60 }), { minLength: 1, maxLength: 30 }),
        latencies,
        (seconds, response) => {
          const timeline = new Timeline(8);
          for (const second of seconds)
            timeline.add(sliceOf(second, { response }, { gauges: { lag: second } }));
          const steps = timeline.steps();
          const rows = timeline.steps(4);
          timeline.release();
          expect(steps.length).toBeLessThanOrEqual(8);
          expect(rows.length).toBeLessThanOrEqual(4);
          for (const each of [steps, rows]) {
            const sum = (of: (step: (typeof steps)[number]) => number) =>
              each.reduce((total, step) => total + of(step), 0);
            expect(sum((step) => step.seconds)).toBe(seconds.length);
            expect(sum((step) => step.counts.acked)).toBe(seconds.length * response.length);
            expect(sum((step) => step.latencies.response?.count ?? 0)).toBe(
              seconds.length * response.length,
            );
            expect(Math.max(...each.map((step) => step.gauges.lag?.max ?? 0))).toBe(
              Math.max(...seconds),
            );
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
