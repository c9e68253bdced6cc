import { expect, it } from "vitest";
import { CommitNotes } from "../../../../src/bench/measure/commit-notes.ts";

it("hands every note over once, in order, a block at a time", () => {
  const notes = new CommitNotes(4);
  const taken: [number, number][] = [];
  const takeAll = () => {
    for (;;) {
      const { orders, atMs, more } = notes.take();
      expect(orders.length).toBeLessThanOrEqual(4);
      for (const [index, order] of orders.entries()) taken.push([order, atMs[index] ?? Number.NaN]);
      if (!more) return;
    }
  };
  takeAll();
  for (const until of [3, 7, 8, 20, 20, 24]) {
    for (let n = taken.length; n < until; n++) notes.add(n, n + 0.5);
    takeAll();
    expect(taken).toEqual(Array.from({ length: until }, (_, n) => [n, n + 0.5]));
  }
});
