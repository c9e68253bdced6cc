import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Decoder,
  decode,
  type RecordBatchDecoder,
} from "../../../../src/runtime/kafka/fetch-response.ts";

interface FetchedRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly sizeBytes: number;
}

interface Encoder {
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);
const theirs = require("kafkajs/src/protocol/recordBatch/v0/decoder") as RecordBatchDecoder;
const KafkajsDecoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => Decoder;
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0") as {
  RecordBatch(batch: object): Promise<Encoder>;
};
const record = require("kafkajs/src/protocol/recordBatch/record/v0") as (record: object) => Encoder;

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)));
const anyRecord = fc.record({
  offsetDelta: fc.nat(2 ** 31 - 1),
  timestampDelta: fc.oneof(fc.nat(5_000), fc.integer(), fc.bigInt({ min: 0n, max: 2n ** 50n })),
  key: bytes,
  value: bytes,
  headers: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 10 }).filter((name) => name !== "__proto__"),
    fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 3 })),
    { maxKeys: 3 },
  ),
});
const anyBatch = fc.record({
  compression: fc.constantFrom(0, 1),
  firstOffset: fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
  firstTimestamp: fc.oneof(fc.nat(), fc.constant(-1), fc.bigInt({ min: 0n, max: 2n ** 61n })),
  maxTimestamp: fc.nat(),
  partitionLeaderEpoch: fc.nat(2 ** 31 - 1),
  lastOffsetDelta: fc.nat(2 ** 31 - 1),
  transactional: fc.boolean(),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
  producerEpoch: fc.nat(32_767),
  firstSequence: fc.nat(2 ** 31 - 1),
});

async function encoded(batch: object, records: readonly object[]): Promise<Buffer> {
  return (await RecordBatch({ ...batch, records: records.map(record) })).buffer;
}

async function both(buffer: Buffer) {
  const [a, b] = [new KafkajsDecoder(buffer), new KafkajsDecoder(buffer)];
  const [expected, ours] = [await theirs(a), await decode(b, theirs)];
  const found = { ...ours, records: ours.records.map(plain) };
  return { expected, found, expectedAt: a.offset, foundAt: b.offset };
}

/** Key and value are made when asked for, so they are no own properties. */
function plain(record: object) {
  const { key, value, sizeBytes, ...own } = record as FetchedRecord;
  expect(sizeBytes).toBe((key?.length ?? 0) + (value?.length ?? 0));
  return { ...record, ...own, key, value };
}

describe("the decoder of fetched record batches", () => {
  it("gives what kafkajs's own gives", async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.array(anyRecord, { maxLength: 20 }), async (batch, records) => {
        const { expected, found, expectedAt, foundAt } = await both(await encoded(batch, records));
        expect(found).toEqual(expected);
        expect(foundAt).toBe(expectedAt);
      }),
      { numRuns: 300 },
    );
  });

  it("knows control batches and timestamps of the broker", async () => {
    const buffer = await encoded({ maxTimestamp: 77 }, [{ key: "k", value: "v" }]);
    for (const attributes of [0x08, 0x20, 0x28]) {
      buffer.writeInt16BE(attributes, 21);
      const { expected, found } = await both(buffer);
      expect(found).toEqual(expected);
    }
  });

  it("says of a batch that is cut off what kafkajs says", async () => {
    const whole = await encoded({}, [{ key: "k", value: "value" }]);
    for (const length of [61, whole.length - 1]) {
      const cut = new KafkajsDecoder(whole.subarray(0, length));
      await expect(decode(cut, theirs)).rejects.toThrow("partial record batch");
    }
  });
});
