import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Decoder,
  decodeRecordSet,
} from "../../../../../src/runtime/kafka/kafkajs-internals/fetch-response.ts";
import { crc32c } from "../../../../../src/runtime/kafka/records/crc32c.ts";
import { limitExpansion } from "../../../../../src/runtime/kafka/records/expand.ts";
import { holeAt } from "../../../../../src/runtime/kafka/records/log-hole.ts";
import { registerCodecs } from "../../../../../src/runtime/kafka/records/register-codecs.ts";

interface FetchedRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly sizeBytes: number;
}

interface Encoder {
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);
const theirs = require("kafkajs/src/protocol/requests/fetch/v4/decodeMessages") as (
  decoder: Decoder,
) => Promise<object[]>;
const KafkajsDecoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => Decoder;
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0") as {
  RecordBatch(batch: object): Promise<Encoder>;
};
const record = require("kafkajs/src/protocol/recordBatch/record/v0") as (record: object) => Encoder;

registerCodecs();
const defaultLimit = 64 * 1024 * 1024;
afterEach(() => limitExpansion(defaultLimit));

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)));
const anyRecord = fc.record({
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
  compression: fc.constantFrom(0, 1, 2, 3, 4),
  firstOffset: fc.bigInt({ min: 0n, max: 2n ** 52n }).map(String),
  firstTimestamp: fc.oneof(fc.nat(), fc.constant(-1), fc.bigInt({ min: 0n, max: 2n ** 61n })),
  maxTimestamp: fc.nat(),
  partitionLeaderEpoch: fc.nat(2 ** 31 - 1),
  transactional: fc.boolean(),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
  producerEpoch: fc.nat(32_767),
  firstSequence: fc.nat(2 ** 31 - 1),
});

type AnyRecord = Readonly<Record<string, unknown>>;

async function encoded(
  batch: Readonly<Record<string, unknown>>,
  records: readonly AnyRecord[],
  lastOffsetDelta = records.length - 1,
): Promise<Buffer> {
  const placed = records.map((each, index) => record({ offsetDelta: index, ...each }));
  return (await RecordBatch({ firstOffset: "0", lastOffsetDelta, ...batch, records: placed }))
    .buffer;
}

/** As the broker would have written it with these bytes. */
function withChecksum(batch: Buffer): Buffer {
  batch.writeInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

function changed(batch: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(batch);
  change(copy);
  return copy;
}

/** Without a key, and with a value of no bytes. */
function smallRecords(count: number): Buffer {
  const bytes: number[] = [];
  for (let index = 0; index < count; index++) {
    const delta: number[] = [];
    for (let left = 2 * index; ; left >>>= 7) {
      delta.push(left < 0x80 ? left : 0x80 | (left & 0x7f));
      if (left < 0x80) break;
    }
    bytes.push(2 * (5 + delta.length), 0, 0, ...delta, 1, 0, 0);
  }
  return Buffer.from(bytes);
}

/** One partition's part of a fetch response. */
function recordSet(...batches: readonly Buffer[]): Decoder {
  const set = Buffer.concat(batches);
  const size = Buffer.alloc(4);
  size.writeInt32BE(set.length);
  return new KafkajsDecoder(Buffer.concat([size, set]));
}

/** Key and value are made when asked for, so they are no own properties. */
function plain(each: object) {
  const { key, value, sizeBytes, ...own } = each as FetchedRecord;
  expect(sizeBytes).toBe((key?.length ?? 0) + (value?.length ?? 0));
  return { ...each, ...own, key, value };
}

/** What a reader makes of it: offsets of records, and each hole once. */
async function read(...batches: readonly Buffer[]) {
  const records = await decodeRecordSet(recordSet(...batches));
  const holes = new Set(records.map(holeAt).filter((hole) => hole !== undefined));
  const offsets = records
    .filter((each) => holeAt(each) === undefined)
    .map((each) => Number((each as FetchedRecord).offset));
  return { offsets, holes: [...holes], records };
}

const small = [{ key: "k", value: "v" }];
const three = [{ value: "a" }, { value: "b" }, { value: "c" }];

describe("the decoder of a fetch response", () => {
  it("gives what kafkajs's own gives, over several batches and every compression", async () => {
    const batch = fc.tuple(anyBatch, fc.array(anyRecord, { minLength: 1, maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 3 }), async (batches) => {
        let next = BigInt(batches[0]?.[0].firstOffset ?? 0);
        const sets = [];
        for (const [each, records] of batches) {
          sets.push(await encoded({ ...each, firstOffset: String(next) }, records));
          next += BigInt(records.length);
        }
        const [a, b] = [recordSet(...sets), recordSet(...sets)];
        const [expected, found] = [await theirs(a), await decodeRecordSet(b)];
        expect(found.map(plain)).toEqual(expected);
        expect(b.offset).toBe(a.offset);
        expect(found.hasHoles).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  it("knows control batches and timestamps of the broker", async () => {
    const buffer = await encoded({ maxTimestamp: 77 }, small);
    for (const attributes of [0x08, 0x20, 0x28]) {
      buffer.writeInt16BE(attributes, 21);
      withChecksum(buffer);
      const found = (await decodeRecordSet(recordSet(buffer))).map(plain);
      expect(found).toEqual(await theirs(recordSet(buffer)));
    }
  });

  it("leaves out what is cut off at the end of a fetch", async () => {
    const second = await encoded({ firstOffset: "1" }, small);
    for (const length of [5, 30, second.length - 1]) {
      const { offsets, holes } = await read(await encoded({}, small), second.subarray(0, length));
      expect([offsets, holes]).toEqual([[0], []]);
    }
  });

  it("takes a batch of very many small records", async () => {
    // More than a call takes arguments; kafkajs adds the records of a batch in one.
    const count = 200_000;
    const batch = Buffer.concat([(await encoded({}, small)).subarray(0, 61), smallRecords(count)]);
    batch.writeInt32BE(batch.length - 12, 8);
    batch.writeInt32BE(count - 1, 23);
    batch.writeInt32BE(count, 57);
    expect((await read(withChecksum(batch))).offsets).toHaveLength(count);
  });
});

describe("holes that compaction leaves", () => {
  it("are between batches, inside them, and a whole emptied batch", async () => {
    const inside = await encoded(
      { firstOffset: "10" },
      [
        { offsetDelta: 2, value: "a" },
        { offsetDelta: 5, value: "b" },
      ],
      9,
    );
    const emptied = await encoded({ firstOffset: "20" }, [], 4);
    const after = await encoded({ firstOffset: "30" }, small);
    const { offsets, holes } = await read(inside, emptied, after);
    expect(offsets).toEqual([12, 15, 30]);
    expect(holes.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ["missing", 10, 11],
      ["missing", 13, 14],
      ["missing", 16, 19],
      ["missing", 20, 24],
      ["missing", 25, 29],
    ]);
  });

  it("are none where an emptied batch is control", async () => {
    const marker = withChecksum(
      changed(await encoded({ firstOffset: "5" }, []), (copy) => {
        copy.writeInt16BE(0x30, 21);
        copy.writeInt32BE(0, 23);
      }),
    );
    const { records } = await read(marker);
    expect(records.every((each) => (each as { isControlRecord: boolean }).isControlRecord)).toBe(
      true,
    );
  });
});

describe("a batch that cannot be decoded", () => {
  const at = (offset: number, write: (copy: Buffer, at: number) => void) => (batch: Buffer) =>
    withChecksum(changed(batch, (copy) => write(copy, offset)));
  const cases: readonly (readonly [string, string, (batch: Buffer) => Buffer])[] = [
    ["a flipped bit", "corrupt", (b) => changed(b, (c) => c.writeUInt8(0xff, c.length - 2))],
    ["an unknown codec", "unknown_codec", at(21, (c, i) => c.writeInt16BE(5, i))],
    ["an unknown format", "unknown_magic", (b) => changed(b, (c) => c.writeInt8(3, 16))],
    ["too few records", "malformed", at(57, (c, i) => c.writeInt32BE(2, i))],
    ["too many records", "malformed", at(57, (c, i) => c.writeInt32BE(4, i))],
    ["records by the million", "too_large", at(57, (c, i) => c.writeInt32BE(2 ** 31 - 1, i))],
    ["a negative count", "malformed", at(57, (c, i) => c.writeInt32BE(-1, i))],
    ["a record beyond its end", "malformed", at(61, (c, i) => c.writeUInt8(0x7e, i))],
    ["an endless number", "malformed", at(61, (c, i) => c.fill(0xff, i))],
    ["a key beyond its record", "malformed", at(65, (c, i) => c.writeUInt8(0x7e, i))],
    ["offsets of another batch", "malformed", at(23, (c, i) => c.writeInt32BE(1, i))],
    ["gzip that is none", "malformed", at(21, (c, i) => c.writeInt16BE(1, i))],
    ["snappy that is none", "malformed", at(21, (c, i) => c.writeInt16BE(2, i))],
    ["lz4 that is none", "malformed", at(21, (c, i) => c.writeInt16BE(3, i))],
    ["zstd that is none", "malformed", at(21, (c, i) => c.writeInt16BE(4, i))],
    ["a length below its header", "malformed", (b) => changed(b, (c) => c.writeInt32BE(20, 8))],
  ];
  it.each(cases)("%s: %s, behind what stands in front of it", async (name, why, spoil) => {
    const bad = spoil(await encoded({ firstOffset: "3" }, three));
    const { offsets, holes } = await read(
      await encoded({}, three),
      bad,
      await encoded({ firstOffset: "6" }, small),
    );
    expect(offsets).toEqual([0, 1, 2]);
    expect(holes).toMatchObject([{ kind: "undecodable", why, from: 3 }]);
    if (!/length below|another batch/.test(name)) expect(holes[0]?.to).toBe(5);
  });

  it("is one that comes cut off all alone", async () => {
    const whole = await encoded({ firstOffset: "3" }, three);
    const { holes } = await read(whole.subarray(0, whole.length - 1));
    expect(holes).toMatchObject([{ kind: "undecodable", why: "truncated", from: 3, to: 5 }]);
  });

  it("ends where the next one begins, whatever it says of itself", async () => {
    const lies = changed(await encoded({ firstOffset: "3" }, three), (copy) =>
      copy.writeInt32BE(1_000_000, 23),
    );
    const { holes } = await read(lies, await encoded({ firstOffset: "6" }, small));
    expect(holes).toMatchObject([{ why: "corrupt", from: 3, to: 5 }]);
  });

  it.each([1, 2, 3, 4])("expands within the limit with codec %i", async (compression) => {
    const bomb = await encoded({ compression }, [{ value: Buffer.alloc(3_000_000) }]);
    limitExpansion(2_900_000);
    expect((await read(bomb)).holes).toMatchObject([{ why: "too_large", from: 0, to: 0 }]);
    limitExpansion(3_100_000);
    expect((await read(bomb)).offsets).toEqual([0]);
  });

  it("expands one answer no further than the limit and a batch", async () => {
    const each = await encoded({ compression: 1 }, [{ value: Buffer.alloc(1_000_000) }]);
    const batches = [0, 1, 2, 3].map((base) =>
      changed(each, (copy) => copy.writeBigInt64BE(BigInt(base), 0)),
    );
    limitExpansion(1_500_000);
    expect((await read(...batches)).offsets).toEqual([0, 1]);
  });

  it("is no matter of how often a header is named", async () => {
    const headers = { h: Array.from({ length: 100_000 }, () => "v") };
    const batch = await encoded({ compression: 1 }, [{ value: "v", headers }]);
    // A copy of all of them for each would not end within the test's time.
    expect((await read(batch)).offsets).toEqual([0]);
  });

  it("reads what a stranger's gzip writes", async () => {
    const plainBatch = await encoded({}, three);
    const packed = gzipSync(plainBatch.subarray(61));
    const batch = Buffer.concat([plainBatch.subarray(0, 61), packed]);
    batch.writeInt32BE(batch.length - 12, 8);
    batch.writeInt16BE(1, 21);
    expect((await read(withChecksum(batch))).offsets).toEqual([0, 1, 2]);
  });
});
