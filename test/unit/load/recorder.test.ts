import fc from "fast-check";
import { expect, it } from "vitest";
import { noCounts } from "../../../src/load/counts.ts";
import { Recorder } from "../../../src/load/recorder.ts";
import type { SeenLatency, Slice } from "../../../src/load/slice.ts";
import { LatencyHistogram } from "../../../src/report/latency-histogram.ts";

const anyOrder = fc.record({
  intendedMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
  lagMs: fc.double({ min: 0, max: 2_500, noNaN: true }),
  serviceMs: fc.double({ min: 0, max: 2_500, noNaN: true }),
  state: fc.constantFrom("acked", "failed", "unknown", "dropped"),
});

/** The value below which at least this share of all lies. */
function percentileOf(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Three significant digits, and a microsecond. */
function close(found: number, exact: number): boolean {
  return Math.abs(found - exact) <= exact / 500 + 0.002;
}

it("slices add up to the whole, and percentiles are those of all orders", () => {
  fc.assert(
    fc.property(fc.array(anyOrder, { minLength: 1, maxLength: 300 }), (orders) => {
      const slices: Slice[] = [];
      const recorder = new Recorder({ onSlice: (slice) => slices.push(slice) });
      const events = orders.flatMap(({ intendedMs, lagMs, serviceMs, state }) => {
        const sentMs = intendedMs + lagMs;
        const sent = state !== "dropped";
        const answeredMs = sent ? sentMs + serviceMs : sentMs;
        return [
          { atMs: intendedMs, tell: () => recorder.offered(intendedMs, intendedMs) },
          ...(sent ? [{ atMs: sentMs, tell: () => recorder.sent(intendedMs, sentMs) }] : []),
          {
            atMs: answeredMs,
            tell: () =>
              recorder.settled(intendedMs, sent ? sentMs : undefined, answeredMs, {
                state,
                kind: state,
              }),
          },
        ];
      });
      for (const { atMs, tell } of events.sort((a, b) => a.atMs - b.atMs)) {
        recorder.at(atMs);
        tell();
      }
      recorder.end(Math.max(...events.map(({ atMs }) => atMs)));

      expect(slices.map(({ second }) => second)).toEqual(slices.map((_, at) => at));
      const sum = noCounts();
      const merged = new Map<SeenLatency, LatencyHistogram>();
      for (const { counts, histograms } of slices) {
        for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name];
        for (const [name, text] of Object.entries(histograms)) {
          const histogram = merged.get(name as SeenLatency) ?? new LatencyHistogram();
          merged.set(name as SeenLatency, histogram);
          histogram.addEncoded(text);
        }
      }
      expect(sum).toEqual(recorder.totals);

      const acked = orders.filter(({ state }) => state === "acked");
      const sent = orders.filter(({ state }) => state !== "dropped");
      const exact = {
        schedule_lag: sent.map(({ lagMs }) => lagMs),
        service: acked.map(({ serviceMs }) => serviceMs),
        response: acked.map(({ lagMs, serviceMs }) => lagMs + serviceMs),
      };
      const total = {
        schedule_lag: recorder.scheduleLagMs(),
        service: recorder.serviceMs(),
        response: recorder.responseMs(),
      };
      for (const name of ["schedule_lag", "service", "response"] as const) {
        const sorted = exact[name].toSorted((a, b) => a - b);
        expect(total[name].count).toBe(sorted.length);
        const { max, ...rest } = merged.get(name)?.percentiles() ?? total[name];
        expect(total[name]).toMatchObject(rest);
        // What is encoded keeps buckets: of the largest value, the bucket's end.
        expect(close(max, total[name].max)).toBe(true);
        if (sorted.length === 0) continue;
        for (const [percent, found] of [
          [50, total[name].p50],
          [90, total[name].p90],
          [99, total[name].p99],
          [100, total[name].max],
        ] as const)
          expect(close(found, percentileOf(sorted, percent))).toBe(true);
      }
      for (const histogram of merged.values()) histogram.release();
      recorder.release();
    }),
    { numRuns: 50 },
  );
});

it("seconds in which nothing happened are told, too, and each is asked for its samples", () => {
  const slices: Slice[] = [];
  let asked = 0;
  const recorder = new Recorder({
    onSlice: (slice) => slices.push(slice),
    sample: () => ({ gauges: { asked: ++asked } }),
  });
  recorder.offered(0, 0);
  recorder.sent(0, 3_500);
  recorder.end(4_200);
  recorder.release();
  expect(slices.map(({ second, gauges, counts }) => [second, gauges.asked, counts.sent])).toEqual([
    ...[[0, 1, 0] as const, [1, 2, 0] as const, [2, 3, 0] as const],
    ...[[3, 4, 1] as const, [4, 5, 0] as const],
  ]);
});
