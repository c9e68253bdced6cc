import fc from "fast-check";
import { expect, it } from "vitest";
import { addCounts, type Counts, noCounts, settled } from "../../../../src/load/counts.ts";
import { InstanceMerge } from "../../../../src/load/instances/instance-merge.ts";
import { momentIn } from "../../../../src/load/machine-clock.ts";
import { Recorder } from "../../../../src/load/recorder.ts";
import type { LoadResult } from "../../../../src/load/run-load.ts";
import { partOf, type SchedulePart } from "../../../../src/load/schedule/part-of.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";
import { withWarmUp } from "../../../../src/load/schedule/with-warm-up.ts";
import type { Slice, SlicedLatency } from "../../../../src/load/slice.ts";
import { orderStates } from "../../../../src/load/target.ts";
import { LatencyHistogram } from "../../../../src/report/latency-histogram.ts";
import { loadResult } from "../load-result.ts";

const schedule = withWarmUp(steadySchedule(40, 3_000), steadySchedule(20, 1_000));
const target = loadResult(noCounts()).target;

function partsOf(of: number) {
  return Array.from({ length: of }, (_, index) => partOf(schedule, { index, of, groupSize: 1 }));
}

/** @param nowMs of the schedule, at the time of the call. */
function mergeOf(of: number, nowMs: number, slices: Slice[]): InstanceMerge {
  const start = momentIn(-nowMs);
  const whole = { schedule, parts: partsOf(of), runId: "r", seed: "s", target, start };
  return new InstanceMerge(whole, {
    onSlice: (slice) => slices.push(slice),
    sample: () => ({ gauges: { lag: 7 } }),
  });
}

/** What became of each order of the schedule, by its number. */
interface Fate {
  readonly lateMs: number;
  readonly answerMs: number;
  readonly state: (typeof orderStates)[number];
}

const fates = fc.array(
  fc.record({
    lateMs: fc.double({ min: 0, max: 300, noNaN: true }),
    answerMs: fc.double({ min: 0.01, max: 900, noNaN: true }),
    state: fc.constantFrom(...orderStates),
  }),
  { minLength: schedule.orders, maxLength: schedule.orders },
);

/** Records these orders as a load does, and gives what it would tell. */
function recorded(numbers: readonly number[], of: readonly Fate[]) {
  const slices: Slice[] = [];
  const sample = () => ({ gauges: { in_flight: 2, loop_delay_ms_max: numbers[0] ?? 0 } });
  const recorder = new Recorder({ onSlice: (slice) => slices.push(slice), sample }, -1_000);
  const events: { readonly ms: number; readonly happen: () => void }[] = [];
  for (const n of numbers) {
    const { lateMs, answerMs, state } = of[n] as Fate;
    const dueMs = schedule.intendedMs(n);
    const sentMs = dueMs + lateMs;
    const sends = state !== "dropped";
    events.push({
      ms: sentMs,
      happen() {
        recorder.offered(dueMs, sentMs);
        if (sends) recorder.sent(dueMs, sentMs);
        else recorder.settled(dueMs, undefined, sentMs, { state, kind: state });
      },
    });
    const ms = sentMs + answerMs;
    if (sends)
      events.push({
        ms,
        happen: () => recorder.settled(dueMs, sentMs, ms, { state, kind: state }),
      });
  }
  for (const { happen } of events.sort((a, b) => a.ms - b.ms)) happen();
  recorder.end(4_500);
  const result: LoadResult = loadResult(
    { ...recorder.totals },
    {
      ...{ durationMs: 3_000, series: recorder.series(), answers: recorder.answers() },
      scheduleLagMs: recorder.scheduleLagMs(),
      serviceMs: recorder.serviceMs(),
      responseMs: recorder.responseMs(),
    },
  );
  recorder.release();
  return { slices, result };
}

function percentiles(encoded: string | undefined) {
  const histogram = new LatencyHistogram();
  if (encoded !== undefined) histogram.addEncoded(encoded);
  const found = histogram.percentiles();
  histogram.release();
  return found;
}

function sumOf<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, each) => sum + of(each), 0);
}

function byName(answers: LoadResult["answers"]) {
  return [...answers].sort((a, b) => a.state.localeCompare(b.state));
}

const all = Array.from({ length: schedule.orders }, (_, n) => n);

it("seconds and result of several processes are those of one that did it all", () => {
  fc.assert(
    fc.property(
      fates,
      fc.integer({ min: 2, max: 4 }),
      fc.infiniteStream(fc.nat()),
      (of, count, draws) => {
        const one = recorded(all, of);
        const slices: Slice[] = [];
        const merge = mergeOf(count, 4_500, slices);
        const told = partsOf(count).map((part) => {
          const own = Array.from({ length: part.orders }, (_, n) => part.numberOf(n));
          return recorded(own, of);
        });
        // In whatever order they arrive, each process's own in a row.
        const left = told.map(({ slices: own }) => [...own]);
        while (left.some((own) => own.length > 0)) {
          const index = (draws.next().value as number) % count;
          const slice = left[index]?.shift();
          if (slice !== undefined) merge.slice(index, slice);
        }
        for (const [index, { result }] of told.entries()) merge.result(index, result);
        expect(slices).toHaveLength(one.slices.length);
        for (const [at, slice] of slices.entries()) {
          const alone = one.slices[at] as Slice;
          expect(slice.second).toBe(alone.second);
          expect(slice.counts).toEqual(alone.counts);
          expect(byName(slice.answers)).toEqual(byName(alone.answers));
          for (const name of ["schedule_lag", "service", "response"] satisfies SlicedLatency[])
            expect(percentiles(slice.histograms[name])).toEqual(
              percentiles(alone.histograms[name]),
            );
          expect(slice.gauges).toEqual({
            ...{ in_flight: 2 * count, lag: 7 },
            loop_delay_ms_max: count - 1,
          });
        }
        const merged = merge.end();
        merge.release();
        expect(merged).toMatchObject({
          counts: one.result.counts,
          series: one.result.series,
          scheduleLagMs: one.result.scheduleLagMs,
          serviceMs: one.result.serviceMs,
          responseMs: one.result.responseMs,
          planned: 120,
          instances: { count, deaths: [] },
        });
        expect(byName(merged.answers)).toEqual(byName(one.result.answers));
      },
    ),
    { numRuns: 25 },
  );
});

it("what a dead process leaves is dropped, or unknown where it may have been sent; all adds up", () => {
  const dead = fc.record({
    diedMs: fc.double({ min: -900, max: 3_500, noNaN: true }),
    toldSeconds: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(fates, dead, fc.boolean(), (of, { diedMs, toldSeconds }, othersToo) => {
      const slices: Slice[] = [];
      const merge = mergeOf(2, diedMs, slices);
      const [first, second] = partsOf(2).map((part) => {
        const own = Array.from({ length: part.orders }, (_, n) => part.numberOf(n));
        return recorded(own, of);
      });
      // Seconds that were over when it died, at most.
      const over = first?.slices.filter((each) => (each.second + 1) * 1_000 <= diedMs) ?? [];
      const told = over.slice(0, toldSeconds);
      for (const slice of told) merge.slice(0, slice);
      merge.died(0, "SIGKILL");
      if (othersToo) merge.died(1, "SIGKILL");
      else {
        for (const slice of second?.slices ?? []) merge.slice(1, slice);
        merge.result(1, second?.result as LoadResult);
      }
      const result = merge.end();
      merge.release();
      const { counts, instances } = result;
      expect(counts.offered).toBe(120);
      expect(settled(counts)).toBe(120);
      expect(instances?.deaths).toHaveLength(othersToo ? 2 : 1);
      const sums = [noCounts(), noCounts()];
      for (const each of slices) if (each.second >= 0) addCounts(sums[0] as never, each.counts);
      for (const { second: _, ...each } of result.series) addCounts(sums[1] as never, each);
      expect(sums[0]).toEqual(counts);
      expect(sums[1]).toEqual(counts);
      const lost = (state: keyof Counts) =>
        result.answers
          .filter((each) => each.kind === "instance died" && each.state === state)
          .reduce((sum, each) => sum + each.count, 0);
      const deaths = instances?.deaths ?? [];
      expect(lost("dropped")).toBe(
        sumOf(deaths, ({ instance, atMs }) => {
          const part = partsOf(2)[instance - 1] as SchedulePart;
          return part.orders - Math.max(part.ordersDue(atMs), part.warmUp?.orders ?? 0);
        }),
      );
    }),
    { numRuns: 60 },
  );
});

it("after a stop nobody owes what would have been due later", () => {
  const slices: Slice[] = [];
  const merge = mergeOf(2, 1_500, slices);
  merge.died(0, "SIGKILL");
  merge.stopped();
  merge.died(1, "SIGKILL");
  const { counts, end, durationMs } = merge.end();
  merge.release();
  expect(end).toBe("stopped");
  expect(counts.offered).toBe(schedule.ordersDue(durationMs) - 20);
  expect(slices.at(-1)?.second).toBe(Math.floor(durationMs / 1_000));
});

it("a process whose seconds are not its result is a bug of ours", () => {
  const merge = mergeOf(2, 4_500, []);
  for (const index of [0, 1])
    merge.result(index, loadResult({ ...noCounts(), offered: 1, acked: 1 }));
  expect(() => merge.end()).toThrow(/an instance counted/);
  merge.release();
});
