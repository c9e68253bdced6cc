import fc from "fast-check";
import { type PartitionerArgs, Partitioners } from "kafkajs";
import { describe, expect, it } from "vitest";
import { createPartitioner, partitionOfKey } from "../../../../src/runtime/kafka/partitioner.ts";

function argsOf(message: object, partitions: number): PartitionerArgs {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 1,
  }));
  return { topic: "t", partitionMetadata, message } as unknown as PartitionerArgs;
}

const anyKey = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 400 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

describe("createPartitioner", () => {
  it("chooses the partition of kafkajs's default partitioner for every key", () => {
    const theirs = Partitioners.DefaultPartitioner();
    const ours = createPartitioner();
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 200 }), (key, partitions) => {
        const args = argsOf({ key, value: "" }, partitions);
        expect(ours(args)).toBe(theirs(args));
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps a partition that the message names, and spreads messages without a key", () => {
    const partitioner = createPartitioner();
    expect(partitioner(argsOf({ key: "a", value: "", partition: 7 }, 50))).toBe(7);
    const chosen = Array.from({ length: 6 }, () => partitioner(argsOf({ value: "" }, 3)));
    expect(new Set(chosen)).toEqual(new Set([0, 1, 2]));
  });
});

describe("partitionOfKey", () => {
  // murmur2 values of Kafka's own tests (org.apache.kafka.common.utils.UtilsTest).
  it.each([
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ])("agrees with Java's client on %s", (key, hash) => {
    expect(partitionOfKey(key, 1_000_003)).toBe((hash & 0x7fffffff) % 1_000_003);
  });
});
