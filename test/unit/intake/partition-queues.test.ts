import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PartitionQueues, type Queued } from "../../../src/intake/partition-queues.ts";

interface Item extends Queued {
  readonly partition: number;
  readonly n: number;
}

const anyItems = fc
  .array(fc.record({ partition: fc.nat(4), bytes: fc.integer({ min: 1, max: 60 }) }))
  .map((items) => items.map((item, n): Item => ({ ...item, n, abandoned: n % 5 === 4 })));
const anyLimits = fc.record({
  messages: fc.integer({ min: 1, max: 30 }),
  partitionBytes: fc.integer({ min: 1, max: 200 }),
  totalBytes: fc.integer({ min: 1, max: 400 }),
});

describe("PartitionQueues", () => {
  it("takes everything once, in order within each partition, within the limits", () => {
    fc.assert(
      fc.property(anyItems, anyLimits, (items, limits) => {
        const queues = new PartitionQueues<Item>();
        for (const item of items) queues.push(item.partition, item);
        const taken: Item[] = [];
        for (;;) {
          const batch = queues.take(limits);
          if (batch.length === 0) break;
          expect(batch.length).toBeLessThanOrEqual(limits.messages);
          if (batch.length > 1) expect(bytesOf(batch)).toBeLessThanOrEqual(limits.totalBytes);
          for (const partition of new Set(batch.map((item) => item.partition))) {
            const part = batch.filter((item) => item.partition === partition);
            if (part.length > 1) expect(bytesOf(part)).toBeLessThanOrEqual(limits.partitionBytes);
          }
          taken.push(...batch);
        }
        const wanted = items.filter((item) => !item.abandoned);
        for (const partition of [0, 1, 2, 3, 4]) {
          const numbers = (of: readonly Item[]) =>
            of.filter((item) => item.partition === partition).map(({ n }) => n);
          expect(numbers(taken)).toEqual(numbers(wanted));
        }
        expect([queues.messages, queues.bytes]).toEqual([0, 0]);
      }),
    );
  });

  it("begins with the partition that has waited longest", () => {
    const queues = new PartitionQueues<Item>();
    for (let n = 0; n < 6; n += 1) {
      queues.push(n % 2, { partition: n % 2, n, bytes: 10, abandoned: false });
    }
    const limits = { messages: 2, partitionBytes: 100, totalBytes: 100 };
    const batches = [queues.take(limits), queues.take(limits), queues.take(limits)];
    expect(batches.map((batch) => batch.map(({ n }) => n))).toEqual([
      [0, 2],
      [1, 3],
      [4, 5],
    ]);
  });
});

function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}
