import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noCounts } from "../../../../src/load/counts.ts";
import type { LoadProgress } from "../../../../src/load/load-options.ts";
import { createLiveDisplay } from "../../../../src/load/show/live-display.ts";
import { liveLine } from "../../../../src/load/show/live-line.ts";
import type { Slice } from "../../../../src/load/slice.ts";

function progress(more: Partial<LoadProgress> = {}): LoadProgress {
  return {
    elapsedMs: 12_345,
    durationMs: 60_000,
    targetRatePerSecond: 1_000,
    sentRatePerSecond: 998.7,
    counts: { offered: 12_345, sent: 12_345, acked: 12_300, failed: 0, unknown: 0, dropped: 0 },
    inFlight: 45,
    scheduleLagMs: { count: 12_300, p50: 0.1, p90: 0.2, p99: 0.9, p999: 2, max: 3 },
    responseMs: { count: 12_300, p50: 2.134, p90: 4, p99: 9.87, p999: 20, max: 31 },
    ...more,
  };
}

function slice(second: number, acked: number, gauges: Slice["gauges"] = {}): Slice {
  const counts = { ...noCounts(), offered: acked, sent: acked, acked };
  return { second, counts, gauges, histograms: {}, answers: [] };
}

describe("liveLine", () => {
  it("says everything where there is room", () => {
    expect(liveLine(progress(), 200)).toBe(
      "12s/1m  999/s of 1,000/s  acked 12,300  failed 0  unknown 0  dropped 0  p50 2.13 ms  p99 9.87 ms  45 in flight",
    );
  });

  it("shortens for 80 columns", () => {
    expect(liveLine(progress(), 79)).toBe(
      "12s/1m  999/1,000/s  ok 12,300  fail 0  unk 0  drop 0  p50 2.13 ms  p99 9.87 ms",
    );
  });

  it("keeps rate and trouble on 40 columns", () => {
    const counts = {
      offered: 12_345,
      sent: 1,
      acked: 12_000,
      failed: 300,
      unknown: 0,
      dropped: 45,
    };
    expect(liveLine(progress({ counts }), 39)).toBe("999/1,000/s  fail 300  drop 45");
  });

  it("never exceeds the terminal's width", () => {
    const count = fc.integer({ min: 0, max: 20_000_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        count,
        count,
        count,
        (columns, acked, failed, dropped) => {
          const counts = { offered: 0, sent: 0, acked, failed, unknown: failed, dropped };
          expect(liveLine(progress({ counts }), columns).length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe("createLiveDisplay", () => {
  function stream(isTTY: boolean) {
    const written: string[] = [];
    return { isTTY, columns: 80, written, write: (text: string) => written.push(text) };
  }

  it("writes over its lines on a terminal, and takes them away at the end", () => {
    const terminal = stream(true);
    const display = createLiveDisplay(terminal);
    display.show(progress());
    display.second(slice(0, 500));
    display.second(slice(1, 1_000, { lag: 37 }));
    display.show(progress());
    display.show(progress());
    display.clear();
    const [one, two, three, end] = terminal.written;
    expect(one).toBe(`\r\u001b[J${liveLine(progress(), 79)}`);
    expect(two?.split("\n")[1]).toBe(
      "acked a second, most 1,000  lag 37  schedule lag p99 0.90 ms  ▅█",
    );
    expect(three?.startsWith("\r\u001b[1A\u001b[J")).toBe(true);
    expect(end).toBe("\r\u001b[1A\u001b[J");
  });

  it("keeps every line within the terminal", () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 200 }), fc.nat(60), (columns, seconds) => {
        const terminal = { ...stream(true), columns };
        const display = createLiveDisplay(terminal);
        for (let second = 0; second < seconds; second++) display.second(slice(second, second * 77));
        display.show(progress());
        const text = terminal.written.join("").replace("\r\u001b[J", "");
        for (const line of text.split("\n")) expect(line.length).toBeLessThan(columns);
      }),
    );
  });

  it("writes a plain line every five seconds elsewhere", () => {
    const log = stream(false);
    const display = createLiveDisplay(log);
    for (let elapsedMs = 250; elapsedMs <= 20_000; elapsedMs += 250)
      display.show(progress({ elapsedMs }));
    display.clear();
    expect(log.written).toHaveLength(4);
    expect(log.written.join("")).not.toContain("\u001b");
  });
});
