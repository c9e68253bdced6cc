import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { noCounts } from "../../../src/load/counts.ts";
import { noOutcome } from "../../../src/load/history.ts";
import { type HistoryWriter, openHistory } from "../../../src/load/history-writer.ts";
import { parseWorkload } from "../../../src/load/parse-workload.ts";
import { runLoad } from "../../../src/load/run-load.ts";
import { steadySchedule } from "../../../src/load/schedule/steady-schedule.ts";
import { type Attempt, abandoned, type LoadTarget } from "../../../src/load/target.ts";
import { createWorkload } from "../../../src/load/workload.ts";
import { historyDirectory, historyIn } from "./planned-order.ts";

function options(historyWriter: HistoryWriter) {
  return {
    schedule: steadySchedule(2_000, 200),
    workload: createWorkload(
      parseWorkload({ seed: "s", runId: "r", payShare: "50%", cancelShare: "20%" }),
    ),
    ...{ maxInFlight: 10_000, timeoutMs: 500, historyWriter },
  };
}

function memory(send: (attempt: Attempt) => void): LoadTarget {
  return {
    ...{ kind: "http", address: "memory", sentTo: "memory" },
    send(attempt) {
      attempt.sent();
      send(attempt);
      return { abandon: (why) => abandoned(why, true) };
    },
    async close() {},
  };
}

it("has the intent of each order, and of each change, before that leaves", async () => {
  const path = `${await historyDirectory()}/orders.ndjson`;
  const writer = await openHistory(path);
  let asked = 0;
  const target = memory((attempt) => {
    const { order } = attempt;
    const { key, sequence } = order;
    expect(readFileSync(path, "utf8")).toContain(`"key":"${key}"`);
    if (sequence % 20 === 7) return;
    attempt.answered({
      ...{ state: "acked", kind: "202" },
      change(change) {
        asked++;
        const intent = `{"n":${sequence},"state":"acked",.*"change":"${order.change}"}\n`;
        expect(readFileSync(path, "utf8")).toMatch(new RegExp(intent));
        change.sent();
        if (sequence % 2 === 0) change.answered({ state: "acked", kind: "200" });
        return { abandon: (why) => abandoned(why, true) };
      },
    });
  });
  const told: unknown[] = [];
  const result = await runLoad(options(writer), target, { onSettled: (each) => told.push(each) });
  await writer.close();
  expect(result.counts).toMatchObject({ offered: 400, acked: 380, unknown: 20, dropped: 0 });
  const { entries, end } = await historyIn(path);
  expect(end).toEqual({ closed: true, cut: false, withoutOutcome: 0 });
  expect(asked).toBeGreaterThan(200);
  expect(entries.filter(({ change }) => change !== undefined)).toHaveLength(asked);
  const near = (ms?: number) => (ms === undefined ? undefined : expect.closeTo(ms, 2));
  expect(entries).toEqual(
    (told as typeof entries).map((each) => ({
      ...each,
      intendedAtMs: near(each.intendedAtMs),
      sentAtMs: near(each.sentAtMs),
      answeredAtMs: near(each.answeredAtMs),
      change: each.change && { ...each.change, answeredAtMs: near(each.change.answeredAtMs) },
    })),
  );
});

it("writes the intents of all that answers of one turn let leave at once", async () => {
  const real = await openHistory(`${await historyDirectory()}/orders.ndjson`);
  const commit = vi.spyOn(real, "commit");
  const orders = 2_000;
  let answered = 0;
  const waiting: Attempt[] = [];
  const target = memory((attempt) => {
    if (waiting.push(attempt) > 1) return;
    setImmediate(() => {
      for (const each of waiting.splice(0)) {
        answered++;
        each.answered({ state: "acked", kind: "202" });
      }
    });
  });
  const schedule = {
    ...{ orders, durationMs: 1, intendedMs: () => 0, ratePerSecond: orders },
    ratePerSecondIn: () => orders,
    ordersDue: () => Math.min(orders, answered + 50),
  };
  const result = await runLoad({ ...options(real), schedule, timeoutMs: 60_000 }, target);
  await real.close();
  expect(result.counts.acked).toBe(orders);
  expect(commit.mock.calls.length).toBeLessThan(orders / 10);
});

it("sends nothing that the disk did not take, and ends", async () => {
  const path = `${await historyDirectory()}/orders.ndjson`;
  const real = await openHistory(path);
  let commits = 0;
  const failing: HistoryWriter = Object.create(real, {
    begin: { value: real.begin.bind(real) },
    intent: { value: real.intent.bind(real) },
    outcome: { value: real.outcome.bind(real) },
    commit: { value: () => ++commits < 50 && real.commit() },
    error: { get: () => (commits < 50 ? undefined : new Error("full")) },
  });
  const sent: string[] = [];
  const target = memory((attempt) => {
    sent.push(attempt.order.key);
    attempt.answered({ state: "acked", kind: "202" });
  });
  const result = await runLoad(options(failing), target);
  expect(result.end).toBe("history_failed");
  expect(result.counts.offered).toBeLessThan(400);
  expect(result.counts).toEqual({
    ...noCounts(),
    offered: sent.length + result.counts.dropped,
    sent: sent.length,
    acked: sent.length,
    dropped: result.counts.dropped,
  });
  await real.close();
  const { entries } = await historyIn(path);
  const kinds = new Map(entries.map(({ key, kind }) => [key, kind]));
  for (const key of sent) expect(["202", noOutcome]).toContain(kinds.get(key));
});
