import { execFile } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createReplay } from "../../../../src/load/replay/create-replay.ts";
import { surveyRecording } from "../../../../src/load/replay/survey-recording.ts";
import { runLoad } from "../../../../src/load/run-load.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";
import { type Attempt, abandoned, type LoadTarget } from "../../../../src/load/target.ts";
import { historyDirectory } from "../planned-order.ts";
import { recordedLoad } from "./recorded-load.ts";

const orders = 40_000;
const request = { speed: 20, run: { seed: "s", runId: "again" }, retry: false };

/** A disk that hands a recording over as `feed` says. */
async function slowDisk(path: string, feed: (write: (share: number) => Promise<void>) => unknown) {
  const pipe = `${await historyDirectory()}/pipe`;
  await promisify(execFile)("mkfifo", [pipe]);
  const bytes = await readFile(path);
  // Both ways open, so that neither end waits for the other.
  const end = await open(pipe, "r+");
  let from = 0;
  const write = async (share: number) => {
    const to = Math.floor(bytes.length * share);
    await end.writeFile(bytes.subarray(from, to));
    from = to;
  };
  return { pipe, fed: Promise.resolve(feed(write)), end };
}

function collecting(sent: (attempt: Attempt) => void): LoadTarget {
  return {
    ...{ kind: "http", address: "memory", sentTo: "memory" },
    send(attempt) {
      attempt.sent();
      sent(attempt);
      attempt.answered({ state: "acked", kind: "202" });
      return { abandon: (why) => abandoned(why, true) };
    },
    async close() {},
  };
}

it("neither loses nor doubles an order that was not read in time, and measures it as late", async () => {
  const recorded = await recordedLoad(steadySchedule(2_000, orders / 2));
  const recording = await surveyRecording(recorded.path);
  let stalled: () => void = () => {};
  const emptied = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  const stallMs = 300;
  const disk = await slowDisk(recorded.path, async (write) => {
    await write(0.9);
    await emptied;
    await new Promise((resolve) => setTimeout(resolve, stallMs));
    await write(1);
  });
  const { schedule, replay } = createReplay({ ...recording, path: disk.pipe }, request);
  await replay.open();
  const sent: number[] = [];
  const customers: string[] = [];
  const target = collecting(({ order }) => {
    sent.push(order.sequence);
    customers.push(order.customerId);
    if (sent.length === Math.floor(orders * 0.895)) stalled();
  });
  const options = { schedule, workload: replay.workload, maxInFlight: 10_000, timeoutMs: 60_000 };
  const result = await runLoad(options, target);
  await disk.fed;
  await disk.end.close();
  await replay.close();
  expect(sent).toEqual(Array.from({ length: orders }, (_, n) => n));
  expect(customers).toEqual(recorded.orders.map(({ customerId }) => customerId));
  expect(result.counts).toMatchObject({ offered: orders, acked: orders, dropped: 0 });
  expect(result.scheduleLagMs.max).toBeGreaterThan(stallMs / 2);
});

it("ends with an error where the file has become shorter", async () => {
  const recorded = await recordedLoad(steadySchedule(2_000, 1_000));
  const recording = await surveyRecording(recorded.path);
  const { replay } = createReplay({ ...recording, orders: 2_001 }, request);
  await expect(replay.open()).rejects.toThrow(
    /had 2001 orders before the replay began, and has 2000/,
  );
});
