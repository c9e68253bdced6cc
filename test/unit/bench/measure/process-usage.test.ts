import { expect, it } from "vitest";
import { parseTimes, readTimes, treeSeconds } from "../../../../src/bench/measure/process-usage.ts";

const line = (pid: number, name: string, parent: number, times: string) =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 1 2 3 4 ${times} 20 0 1 0 12345 1 1`;

it("reads the times of a process whose name holds blanks and brackets", () => {
  expect(parseTimes(line(7, "a (b) c", 3, "10 20 30 40"))).toEqual({
    parentPid: 3,
    own: 30,
    endedChildren: 70,
  });
  expect(parseTimes("")).toBeUndefined();
});

it("adds up a process, its descendants, and those of them that have ended", () => {
  const times = new Map([
    [1, { parentPid: 0, own: 100, endedChildren: 50 }],
    [2, { parentPid: 1, own: 20, endedChildren: 0 }],
    [3, { parentPid: 2, own: 3, endedChildren: 0 }],
    [9, { parentPid: 0, own: 1_000, endedChildren: 0 }],
  ]);
  expect(treeSeconds(times, [1])).toBe(1.73);
  expect(treeSeconds(times, [2, 9])).toBe(10.23);
  expect(treeSeconds(times, [4])).toBeUndefined();
  expect(treeSeconds(times, [])).toBeUndefined();
});

it.runIf(process.platform === "linux")("knows this very process", () => {
  expect(treeSeconds(readTimes(), [process.pid])).toBeGreaterThan(0);
});
