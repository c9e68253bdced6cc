import { createRequire } from "node:module";
import { afterEach, expect, it, vi } from "vitest";
import { fixHeartbeat } from "../../../../../src/runtime/kafka/kafkajs-internals/fix-heartbeat.ts";

interface ConsumerGroup {
  memberId: string;
  coordinator: { heartbeat(): Promise<void> };
  heartbeat(options: { interval: number }): Promise<void>;
}
const ConsumerGroup = createRequire(import.meta.url)("kafkajs/src/consumer/consumerGroup") as new (
  options: object,
) => ConsumerGroup;

afterEach(() => vi.useRealTimers());

const intervalMs = 300;
const hourMs = 3_600_000;

it("a member goes on with its heartbeats when the clock is set back, and when it is set ahead", async () => {
  fixHeartbeat();
  vi.useFakeTimers({ toFake: ["Date"] });
  const beginMs = Date.now();
  const group = new ConsumerGroup({
    ...{ retry: {}, logger: { namespace: () => ({}) }, instrumentationEmitter: { emit() {} } },
  });
  let beats = 0;
  group.memberId = "m";
  group.coordinator = {
    heartbeat: () => {
      beats += 1;
      return Promise.resolve();
    },
  };
  const beatsAt = async (ms: number) => {
    vi.setSystemTime(beginMs + ms);
    await group.heartbeat({ interval: intervalMs });
    return beats;
  };
  expect(await beatsAt(intervalMs - 1)).toBe(0);
  expect(await beatsAt(intervalMs)).toBe(1);
  expect(await beatsAt(-hourMs)).toBe(2);
  expect(await beatsAt(-hourMs + intervalMs - 1)).toBe(2);
  expect(await beatsAt(-hourMs + intervalMs)).toBe(3);
  expect(await beatsAt(hourMs)).toBe(4);
});
