import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPipeline, manyOrders, type TestPipeline } from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { kinds, type Subject } from "./subjects.ts";

let taken: Server;
beforeAll(async () => {
  // What connects here is cut off: nobody may wait for its answer.
  taken = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await eventually(() => taken.listening, "the port is held");
});
afterAll(() => taken.close());

/** Sooner than idle connections end by themselves. */
const closedWithinMs = 2_000;

/** What keeps this process alive: sockets, listening ports, timers, … by their kind. */
function open(): Record<string, number> {
  const found: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (/TCP|Timeout|Immediate|FSReq|Process/.test(kind)) found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}

describe.each(kinds)("$name", (kind) => {
  let pipeline: TestPipeline;
  let subject: Subject | undefined;
  /** Before the subject: the pipeline's own connections are open already. */
  let openBefore: Record<string, number>;

  const nothingMoreOpen = () =>
    eventually(
      () => Object.entries(open()).every(([name, n]) => n <= (openBefore[name] ?? 0)),
      `nothing is open but ${JSON.stringify(openBefore)}`,
      closedWithinMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; open: ${JSON.stringify(open())}`);
    });

  const make = () => {
    subject = kind.create(pipeline);
    return subject.runnable;
  };

  beforeEach(async () => {
    pipeline = await createPipeline(3);
    // Its producer is connected from the first order on.
    await pipeline.place(manyOrders(1));
    openBefore = open();
  });
  afterEach(async () => {
    await subject?.runnable.stop(kind.stopWithinMs);
    await subject?.close();
    await pipeline.close();
  });

  it("says why it is not ready until it is, and again once it is stopped", async () => {
    const runnable = make();
    expect(runnable.notReadyBecause()).toMatch(/\w/);
    await runnable.start();
    await eventually(() => runnable.notReadyBecause() === undefined, "it is ready");
    await runnable.stop(kind.stopWithinMs);
    expect(runnable.notReadyBecause()).toMatch(/\w/);
  });

  it("refuses a second start, and goes on with the first", async () => {
    const runnable = make();
    const first = runnable.start();
    await expect(runnable.start()).rejects.toThrow(/started twice/);
    await first;
    await expect(runnable.start()).rejects.toThrow(/started twice/);
    await eventually(() => runnable.notReadyBecause() === undefined, "it is ready");
  });

  it("is stopped before its start, and cannot be started any more", async () => {
    const runnable = make();
    await runnable.stop(kind.stopWithinMs);
    await expect(runnable.start()).rejects.toThrow(/stopped/);
    await subject?.close();
    await nothingMoreOpen();
  });

  it("is stopped while it starts, and leaves nothing open", async () => {
    const runnable = make();
    const started = runnable.start().catch(() => {});
    const beganAtMs = performance.now();
    await runnable.stop(kind.stopWithinMs);
    expect(performance.now() - beganAtMs).toBeLessThan(kind.stopWithinMs + 500);
    await started;
    await subject?.close();
    await nothingMoreOpen();
  });

  it("fails while it starts, and leaves nothing open", async () => {
    subject = kind.hindered(pipeline, (taken.address() as AddressInfo).port);
    const { runnable } = subject;
    const failure = await runnable.start().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (kind.waits === true) {
      expect(failure).toBeUndefined();
      await eventually(() => runnable.notReadyBecause(), "it says what it waits for");
      await runnable.stop(kind.stopWithinMs);
    } else expect(failure).toMatchObject({ kind: "environment" });
    expect(runnable.notReadyBecause()).toMatch(/\w/);
    await subject.close();
    await nothingMoreOpen();
  });

  it("stops within its time under load, once, however often it is told to", async () => {
    const runnable = make();
    let died: unknown;
    runnable.failed.catch((error: unknown) => {
      died = error;
    });
    await runnable.start();
    await eventually(() => runnable.notReadyBecause() === undefined, "it is ready");
    await subject?.work();
    const beganAtMs = performance.now();
    await Promise.all([runnable.stop(kind.stopWithinMs), runnable.stop(kind.stopWithinMs)]);
    expect(performance.now() - beganAtMs).toBeLessThan(kind.stopWithinMs + 500);
    await runnable.stop(kind.stopWithinMs);
    await subject?.close();
    await nothingMoreOpen();
    expect(died).toBeUndefined();
  });
});
