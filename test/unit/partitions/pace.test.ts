import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pace } from "../../../src/partitions/pace.ts";

const everyMs = 100;
const enough = 1_000;

/** Whether each of these may go on by now. */
async function done(all: readonly Promise<void>[]): Promise<readonly boolean[]> {
  const states = all.map(() => false);
  for (const [index, each] of all.entries())
    void each.then(() => {
      states[index] = true;
    });
  await turn();
  return states;
}

describe("pace of fetches", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("lets the next fetch wait after one that brought little, all partitions to the same moment", async () => {
    const pace = new Pace(everyMs, enough);
    const first = pace.took(1);
    vi.advanceTimersByTime(everyMs - 1);
    const second = pace.took(1);
    expect(await done([first, second])).toEqual([false, false]);
    vi.advanceTimersByTime(1);
    expect(await done([first, second])).toEqual([true, true]);
  });

  it("begins anew with the fetch after", async () => {
    const pace = new Pace(everyMs, enough);
    const first = pace.took(1);
    vi.advanceTimersByTime(everyMs);
    await first;
    await turn();
    const next = pace.took(1);
    expect(await done([next])).toEqual([false]);
    vi.advanceTimersByTime(everyMs);
    expect(await done([next])).toEqual([true]);
  });

  it("lets nothing wait where a fetch brought much, whatever of it came first", async () => {
    const pace = new Pace(everyMs, enough);
    const all = [pace.took(1), pace.took(enough), pace.took(1)];
    expect(await done(all)).toEqual([true, true, true]);
  });
});
