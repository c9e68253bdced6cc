import { expect, it } from "vitest";
import type { HistoryEntry } from "../../../../src/load/history.ts";
import { HistorySlices } from "../../../../src/load/runs/history-slices.ts";

const entry = (dueMs: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  ...{ orderId: "o", customerId: "c", key: "k", lines: [], state: "acked", kind: "202" },
  ...{ intendedAtMs: 1_000_500 + dueMs, sentAtMs: 1_000_501 + dueMs },
  answeredAtMs: 1_000_510 + dueMs,
  ...more,
});

it("makes seconds of orders that come in any order: offered when due, the rest when it happened", () => {
  const slices = new HistorySlices();
  slices.add(entry(0));
  slices.add(entry(1_995)); // sent in its own second, answered in the next
  slices.add(entry(10, { state: "unknown", kind: "timeout", answeredAtMs: 1_003_600 }));
  slices.add(entry(5, { warmUp: true }));
  const found = [...slices.slices()];
  expect(found.map(({ second, counts }) => [second, counts.offered, counts.acked])).toEqual([
    [0, 2, 1],
    [1, 1, 0],
    [2, 0, 1],
    [3, 0, 0],
  ]);
  expect(found[3]?.counts.unknown).toBe(1);
  expect(found[3]?.answers).toEqual([{ state: "unknown", kind: "timeout", count: 1 }]);
});

it("loses nothing of seconds that are come back to long after", () => {
  const slices = new HistorySlices();
  for (let round = 0; round < 2; round++)
    for (let second = 0; second < 100; second++) slices.add(entry(second * 1_000));
  const sum = [...slices.slices()].reduce((all, { counts }) => all + counts.acked, 0);
  expect(sum).toBe(200);
});
