import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fixRequestQueue } from "../../../../../src/runtime/kafka/kafkajs-internals/fix-request-queue.ts";

interface RequestQueue {
  throttledUntil: number;
  pending: unknown[];
  checkPendingRequests(): void;
  push(request: object): void;
  maybeThrottle(ms: number | null | undefined): void;
}
const RequestQueue = createRequire(import.meta.url)("kafkajs/src/network/requestQueue") as new (
  options: object,
) => RequestQueue;

const logger = { debug() {}, warn() {} };
const newQueue = () =>
  new RequestQueue({
    maxInFlightRequests: 1,
    requestTimeout: 1_000,
    clientId: "c",
    broker: "b",
    logger,
  });
const request = (correlationId: number, sent: number[]) => ({
  entry: { correlationId, resolve() {}, reject() {} },
  expectResponse: true,
  sendRequest: () => sent.push(correlationId),
});

beforeEach(() => {
  fixRequestQueue();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("fixRequestQueue", () => {
  it("sets no timer while nothing is pending", () => {
    newQueue().checkPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("still sends what a throttle held back, once it is over", () => {
    const queue = newQueue();
    const sent: number[] = [];
    queue.maybeThrottle(500);
    queue.push(request(1, sent));
    vi.advanceTimersByTime(490);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(30);
    expect(sent).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([undefined, null, 0])("is not throttled by an answer that says %s of it", (ms) => {
    const queue = newQueue();
    const sent: number[] = [];
    queue.maybeThrottle(ms);
    queue.push(request(1, sent));
    expect(sent).toEqual([1]);
  });

  it.each([
    ["back", -3_600_000],
    ["ahead", 3_600_000],
  ])("holds a throttle for its time, though the clock is set %s by an hour", (_, byMs) => {
    const queue = newQueue();
    const sent: number[] = [];
    queue.maybeThrottle(500);
    queue.push(request(1, sent));
    vi.setSystemTime(Date.now() + byMs);
    vi.advanceTimersByTime(490);
    // A push looks at the throttle, too.
    queue.push(request(2, sent));
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(30);
    expect(sent).toEqual([1]);
  });
});
