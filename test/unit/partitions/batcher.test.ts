import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Batcher, type BatcherOptions } from "../../../src/partitions/batcher.ts";
import type { Slice } from "../../../src/partitions/slice.ts";

function slice(partition: number, from: number, count: number, bytes?: number): Slice {
  const messages = Array.from({ length: count }, (_, i) => ({
    offset: from + i,
    key: null,
    value: bytes === undefined ? null : Buffer.alloc(bytes),
    timestampMs: 0,
  }));
  return { partition, from, next: from + count, messages };
}

/** A batcher whose transactions end when the test says so. */
function controlled(workers: number, batchMessages: number, more: Partial<BatcherOptions> = {}) {
  const calls: { slices: readonly Slice[]; finish: () => void }[] = [];
  const fatal: unknown[] = [];
  const batcher = new Batcher({
    workers,
    batchMessages,
    ...more,
    decide: (slices) => new Promise((resolve) => calls.push({ slices, finish: resolve })),
    onFatal: (error) => fatal.push(error),
  });
  return { batcher, calls, fatal };
}

/** Lets everything that a finished transaction sets in motion happen. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("Batcher", () => {
  it("starts at once when a slot is free, and groups what came meanwhile", async () => {
    const { batcher, calls } = controlled(1, 100);
    void batcher.push(slice(0, 0, 1));
    await Promise.resolve();
    void batcher.push(slice(1, 0, 2));
    void batcher.push(slice(2, 0, 3));
    expect(calls.map((call) => call.slices.map((s) => s.partition))).toEqual([[0]]);
    calls[0]?.finish();
    await settled();
    expect(calls[1]?.slices.map((s) => s.partition)).toEqual([1, 2]);
  });

  it("takes what one fetch hands in together, though a slot is free for each of it", async () => {
    const { batcher, calls } = controlled(4, 100);
    for (const partition of [0, 1, 2]) void batcher.push(slice(partition, 0, 1));
    await settled();
    expect(calls.map((call) => call.slices.map((s) => s.partition))).toEqual([[0, 1, 2]]);
  });

  it("gathers small batches while a transaction is in flight, large ones begin beside it", async () => {
    const { batcher, calls } = controlled(2, 100, { gatherMessages: 10 });
    const counts = () =>
      calls.map(({ slices }) => slices.reduce((sum, s) => sum + s.messages.length, 0));
    void batcher.push(slice(0, 0, 1));
    await settled();
    void batcher.push(slice(1, 0, 4));
    await settled();
    expect(counts()).toEqual([1]);
    void batcher.push(slice(2, 0, 6));
    await settled();
    expect(counts()).toEqual([1, 10]);
    void batcher.push(slice(3, 0, 2));
    calls[0]?.finish();
    calls[1]?.finish();
    await settled();
    expect(counts()).toEqual([1, 10, 2]);
  });

  it("does not hold small batches up for long behind a transaction that hangs", async () => {
    const { batcher, calls } = controlled(2, 100, { gatherMessages: 10 });
    void batcher.push(slice(0, 0, 1));
    await settled();
    void batcher.push(slice(1, 0, 1));
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    // No more than there are slots, however long they take.
    void batcher.push(slice(2, 0, 1));
    calls[0]?.finish();
    await vi.waitFor(() => expect(calls).toHaveLength(3));
    expect(calls.map(({ slices }) => slices[0]?.partition)).toEqual([0, 1, 2]);
  });

  it("lets the reader go on when what it handed in is taken", async () => {
    const { batcher, calls } = controlled(1, 100, { queueBytes: 1_000 });
    await batcher.push(slice(0, 0, 1, 5_000));
    expect(calls).toHaveLength(1);
  });

  it("has a partition in at most one transaction, joining its slices in order", async () => {
    const { batcher, calls } = controlled(4, 100);
    void batcher.push(slice(7, 0, 5));
    await settled();
    void batcher.push(slice(7, 5, 5));
    void batcher.push(slice(7, 10, 5));
    expect(calls).toHaveLength(1);
    calls[0]?.finish();
    await settled();
    expect(calls[1]?.slices).toEqual([slice(7, 5, 10)]);
  });

  it("bounds a transaction by bytes too, and takes a message that is larger than that alone", async () => {
    const { batcher, calls } = controlled(1, 100, { batchBytes: 1_000 });
    void batcher.push(slice(0, 0, 1));
    await settled();
    void batcher.push(slice(1, 0, 5, 400));
    void batcher.push(slice(2, 0, 2, 5_000));
    void batcher.push(slice(3, 0, 2, 100));
    const taken: [number, number, number][][] = [];
    for (let i = 0; i < calls.length; i++) {
      taken.push(calls[i]?.slices.map((s) => [s.partition, s.from, s.next]) ?? []);
      calls[i]?.finish();
      await settled();
    }
    expect(taken[0]).toEqual([[0, 0, 1]]);
    expect(taken.flat().toSorted()).toEqual(
      [
        [0, 0, 1],
        [1, 0, 2],
        [1, 2, 4],
        [1, 4, 5],
        [2, 0, 1],
        [2, 1, 2],
        [3, 0, 2],
      ].toSorted(),
    );
    expect(batcher.empty).toBe(true);
  });

  it("has no room while many bytes wait, however few the messages", async () => {
    const { batcher, calls } = controlled(1, 100, { queueBytes: 10_000 });
    void batcher.push(slice(0, 0, 1));
    await settled();
    let resolved = 0;
    const count = () => resolved++;
    void batcher.push(slice(1, 0, 1, 9_000)).then(count);
    void batcher.push(slice(2, 0, 1, 9_000)).then(count);
    await settled();
    expect(resolved).toBe(1);
    calls[0]?.finish();
    await settled();
    expect(resolved).toBe(2);
  });

  it("cuts a slice at the limit without losing an offset", async () => {
    const { batcher, calls } = controlled(1, 10);
    void batcher.push(slice(0, 0, 25));
    await settled();
    for (let i = 0; i < 3; i++) {
      calls[i]?.finish();
      await settled();
    }
    expect(calls.map((call) => call.slices[0]).map((s) => [s?.from, s?.next])).toEqual([
      [0, 10],
      [10, 20],
      [20, 25],
    ]);
  });

  it("makes the reader wait when two rounds are queued, and lets it go on", async () => {
    const { batcher, calls } = controlled(1, 10);
    await batcher.push(slice(0, 0, 10));
    let went = false;
    const waiting = batcher.push(slice(1, 0, 20)).then(() => {
      went = true;
    });
    await Promise.resolve();
    expect(went).toBe(false);
    calls[0]?.finish();
    await waiting;
    expect(went).toBe(true);
  });

  it("drops what is queued, not what is in a transaction", async () => {
    const { batcher, calls } = controlled(1, 10);
    void batcher.push(slice(0, 0, 5));
    await settled();
    void batcher.push(slice(1, 0, 5));
    batcher.drop();
    calls[0]?.finish();
    await batcher.idle();
    expect(calls).toHaveLength(1);
    expect(batcher.empty).toBe(true);
  });

  it("stops and reports when a decision fails for good", async () => {
    const fatal: unknown[] = [];
    const batcher = new Batcher({
      workers: 1,
      batchMessages: 10,
      decide: () => Promise.reject(new Error("schema missing")),
      onFatal: (error) => fatal.push(error),
    });
    void batcher.push(slice(0, 0, 5));
    await settled();
    expect(fatal).toHaveLength(1);
  });

  it("decides every offset once and in order, for any arrival and any limits", async () => {
    const arrivals = fc.array(
      fc.record({ partition: fc.nat(3), count: fc.integer({ min: 0, max: 30 }) }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 30 }),
        arrivals,
        async (workers, limit, gatherMessages, list) => {
          const next = new Map<number, number>();
          const running = new Set<number>();
          const batcher = new Batcher({
            workers,
            batchMessages: limit,
            gatherMessages,
            onFatal: (error) => {
              throw error;
            },
            decide: async (slices) => {
              expect(slices.reduce((sum, s) => sum + s.messages.length, 0)).toBeLessThanOrEqual(
                limit,
              );
              for (const s of slices) {
                expect(running.has(s.partition)).toBe(false);
                running.add(s.partition);
                expect(s.from).toBe(next.get(s.partition) ?? 0);
                next.set(s.partition, s.next);
              }
              await new Promise((resolve) => setImmediate(resolve));
              for (const s of slices) running.delete(s.partition);
            },
          });
          const pushed = new Map<number, number>();
          await Promise.all(
            list
              .filter(({ count }) => count > 0)
              .map(({ partition, count }) => {
                const from = pushed.get(partition) ?? 0;
                pushed.set(partition, from + count);
                return batcher.push(slice(partition, from, count));
              }),
          );
          while (!batcher.empty) await new Promise((resolve) => setImmediate(resolve));
          expect(next).toEqual(pushed);
        },
      ),
      { numRuns: 100 },
    );
  });
});
