import { createRequire } from "node:module";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  encodeProduce,
  type ProduceOptions,
} from "../../../../../src/runtime/kafka/kafkajs-internals/produce-request.ts";

type KafkajsRequest = (options: ProduceOptions) => { encode(): Promise<{ buffer: Buffer }> };
const require = createRequire(import.meta.url);
const theirs = require("kafkajs/src/protocol/requests/produce/v7/request") as KafkajsRequest;

const anyMessage = fc.record({
  key: fc.string({ unit: "grapheme", maxLength: 90 }),
  value: fc
    .tuple(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 0, max: 300 }))
    .map(([chunk, times]) => Buffer.concat(Array<Uint8Array>(times).fill(chunk))),
  headers: fc.option(
    fc.dictionary(
      fc.string({ unit: "grapheme", maxLength: 90 }),
      fc.string({ unit: "grapheme", maxLength: 90 }),
      { maxKeys: 4 },
    ),
    { nil: undefined },
  ),
});
const anyPartition = fc.record({
  partition: fc.nat(1_000),
  firstSequence: fc.nat(2 ** 31 - 1),
  messages: fc.array(anyMessage, { minLength: 1, maxLength: 100 }),
});
const anyRequest = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(100_000),
  transactionalId: fc.constant(undefined),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
  producerEpoch: fc.nat(32_767),
  topicData: fc.array(
    fc.record({
      topic: fc.string({ minLength: 1 }),
      partitions: fc.array(anyPartition, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

describe("encodeProduce", () => {
  it("writes the bytes that kafkajs writes", async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ transactionalId: _, ...options }) => {
        const { buffer } = await theirs(options).encode();
        expect(encodeProduce(options).buffer.equals(buffer)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
