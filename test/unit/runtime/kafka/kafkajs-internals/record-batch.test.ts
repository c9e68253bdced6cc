import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import {
  type BatchAt,
  batchContext,
  batchEnd,
  batchHeaderBytes,
  decodeBatch,
  demandIntact,
} from "../../../../../src/runtime/kafka/kafkajs-internals/record-batch.ts";
import { recordCostBytes } from "../../../../../src/runtime/kafka/records/expand.ts";
import { type FetchedRecords, holeAt } from "../../../../../src/runtime/kafka/records/log-hole.ts";
import { registerCodecs } from "../../../../../src/runtime/kafka/records/register-codecs.ts";

interface Encoder {
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0") as {
  RecordBatch(batch: object): Promise<Encoder>;
};
const record = require("kafkajs/src/protocol/recordBatch/record/v0") as (record: object) => Encoder;

registerCodecs();

/** Behind other bytes, as the second batch of a fetch would be. */
const inFront = Buffer.alloc(33, 0xee);
const gzip = 1;

async function batchOf(
  values: readonly string[],
  batch: Readonly<Record<string, unknown>> = {},
): Promise<BatchAt> {
  const records = values.map((value, offsetDelta) => record({ offsetDelta, value }));
  const lastOffsetDelta = values.length - 1;
  const { buffer } = await RecordBatch({ firstOffset: "0", lastOffsetDelta, ...batch, records });
  const whole = Buffer.concat([inFront, buffer]);
  return { buffer: whole, start: inFront.length, end: whole.length };
}

async function decoded(at: BatchAt) {
  const records: FetchedRecords = [];
  const took = await decodeBatch(at, batchContext(at), records);
  const holes = new Set(records.map(holeAt).filter((hole) => hole !== undefined));
  const values = records
    .filter((each) => holeAt(each) === undefined)
    .map((each) => String((each as { readonly value: Buffer }).value));
  return { took, values, holes: [...holes] };
}

it("ends where its length says, once that is there", async () => {
  const { buffer, start, end } = await batchOf(["a"]);
  const following = Buffer.concat([buffer, inFront]);
  expect(batchEnd(following, start)).toBe(end);
  expect(batchEnd(following.subarray(0, start + 12), start)).toBe(end);
  expect(batchEnd(following.subarray(0, start + 11), start)).toBeUndefined();
});

describe("what a header says", () => {
  const header = {
    firstOffset: "9007199254740000",
    firstTimestamp: 1_700_000_000_001,
    maxTimestamp: 1_700_000_000_777,
    partitionLeaderEpoch: 4,
    producerId: "5000000001",
    producerEpoch: 6,
    firstSequence: 7,
  };

  it("is found field by field", async () => {
    const at = await batchOf(["a", "b", "c"], header);
    expect(batchContext(at)).toEqual({
      ...header,
      firstTimestamp: String(header.firstTimestamp),
      maxTimestamp: String(header.maxTimestamp),
      lastOffsetDelta: 2,
      timestampType: 0,
      inTransaction: false,
      isControlBatch: false,
      magicByte: 2,
    });
  });

  it.each([
    [0x08, { timestampType: 1, inTransaction: false, isControlBatch: false }],
    [0x10, { timestampType: 0, inTransaction: true, isControlBatch: false }],
    [0x20, { timestampType: 0, inTransaction: false, isControlBatch: true }],
  ])("knows the attribute %i from the others", async (attribute, said) => {
    const at = await batchOf(["a"], header);
    at.buffer.writeInt16BE(attribute, at.start + 21);
    expect(batchContext(at)).toMatchObject(said);
  });
});

describe("the records of a batch", () => {
  it.each([0, gzip])("come out of compression %i", async (compression) => {
    expect(await decoded(await batchOf(["a", "b"], { compression }))).toMatchObject({
      values: ["a", "b"],
      holes: [],
    });
  });

  it("take their expanded bytes, and at least what the objects take", async () => {
    const large = "x".repeat(50_000);
    const plain = await batchOf([large]);
    const bytes = plain.end - plain.start - batchHeaderBytes;
    expect((await decoded(plain)).took).toBe(bytes);
    expect((await decoded(await batchOf([large], { compression: gzip }))).took).toBe(bytes);
    expect((await decoded(await batchOf(["a", "b"]))).took).toBe(2 * recordCostBytes);
  });

  it("are missing where it has fewer than offsets, all of them where it has none", async () => {
    const some = await decoded(await batchOf(["a"], { firstOffset: "40", lastOffsetDelta: 3 }));
    expect(some).toMatchObject({ values: ["a"], holes: [{ kind: "missing", from: 41, to: 43 }] });
    const emptied = await batchOf([], { firstOffset: "40", lastOffsetDelta: 3 });
    expect(await decoded(emptied)).toEqual({
      took: batchHeaderBytes,
      values: [],
      holes: [{ kind: "missing", from: 40, to: 43 }],
    });
  });
});

it("is intact as long as no bit that the checksum guards has changed", async () => {
  const at = await batchOf(["a", "b"]);
  for (let byte = at.start; byte < at.end; byte++) {
    const buffer = Buffer.from(at.buffer);
    buffer.writeUInt8(buffer.readUInt8(byte) ^ 1, byte);
    const check = () => demandIntact({ ...at, buffer });
    if (byte < at.start + 17) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ why: "corrupt" }));
  }
});
