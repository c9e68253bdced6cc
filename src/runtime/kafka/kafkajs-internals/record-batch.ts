import { createRequire } from "node:module";
import { crc32c } from "../records/crc32c.ts";
import { ExpandsTooFar, expansionLimit, recordCostBytes } from "../records/expand.ts";
import { addHole, type BatchContext, type FetchedRecords } from "../records/log-hole.ts";
import { readRecords } from "../records/read-records.ts";
import { Undecodable } from "../undecodable.ts";

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>;
}

const require = createRequire(import.meta.url);
const { Codecs } = require("kafkajs/src/protocol/message/compression") as {
  readonly Codecs: Readonly<Record<number, (() => Codec) | undefined>>;
};

/** First offset and length; the length counts what comes after it. */
const prefixBytes = 12;
/** From the first offset to the number of records. */
export const batchHeaderBytes = 61;
/** The smallest record: seven numbers of a byte each. */
const recordBytesMin = 7;
const codecNames: Readonly<Record<number, string>> = {
  1: "gzip",
  2: "snappy",
  3: "lz4",
  4: "zstd",
};

/** A batch of magic 2 as it lies in fetched bytes, all of it there. */
export interface BatchAt {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** @returns undefined where less than a header is there. */
export function batchEnd(buffer: Buffer, start: number): number | undefined {
  if (start + prefixBytes > buffer.length) return undefined;
  return start + prefixBytes + buffer.readInt32BE(start + 8);
}

export function batchContext({ buffer, start }: BatchAt): BatchContext {
  const attributes = buffer.readInt16BE(start + 21);
  return {
    firstOffset: String(buffer.readBigInt64BE(start)),
    firstTimestamp: String(buffer.readBigInt64BE(start + 27)),
    partitionLeaderEpoch: buffer.readInt32BE(start + 12),
    inTransaction: (attributes & 0x10) > 0,
    isControlBatch: (attributes & 0x20) > 0,
    lastOffsetDelta: buffer.readInt32BE(start + 23),
    producerId: String(buffer.readBigInt64BE(start + 43)),
    producerEpoch: buffer.readInt16BE(start + 51),
    firstSequence: buffer.readInt32BE(start + 53),
    maxTimestamp: String(buffer.readBigInt64BE(start + 35)),
    // kafkajs's TimestampTypes: LOG_APPEND_TIME is 1, CREATE_TIME 0.
    timestampType: (attributes & 0x08) > 0 ? 1 : 0,
    magicByte: buffer.readInt8(start + 16),
  };
}

/**
 * Adds the records of a batch, with holes marked where it has lost some to compaction. Bounded in
 * memory, whatever the batch says of itself.
 * @returns what it took: its bytes when expanded, or its records, whichever is more.
 * @throws Undecodable; some of its records may have been added.
 */
export async function decodeBatch(
  at: BatchAt,
  context: BatchContext,
  into: FetchedRecords,
): Promise<number> {
  const { buffer, start, end } = at;
  const count = buffer.readInt32BE(start + 57);
  if (context.lastOffsetDelta < 0 || count < 0)
    throw new Undecodable("malformed", "its header names a negative number of records or offsets");
  const base = Number(context.firstOffset);
  const hole = (from: number, to: number) =>
    addHole(into, { kind: "missing", from: base + from, to: base + to }, context);
  if (count === 0) {
    hole(0, context.lastOffsetDelta);
    return end - start;
  }
  const countMax = Math.floor(expansionLimit() / recordCostBytes);
  if (count > countMax)
    throw new Undecodable(
      "too_large",
      `it says that it holds ${count} records; ${countMax} are taken in at most`,
    );
  const bytes = await expand(at);
  if (count * recordBytesMin > bytes.length)
    throw new Undecodable(
      "malformed",
      `it says that it holds ${count} records, in ${bytes.length} bytes`,
    );
  readRecords(bytes, count, context, { add: (record) => into.push(record), hole });
  return Math.max(bytes.length, count * recordCostBytes);
}

/** @throws Undecodable where the checksum is not that of the bytes; it guards all but the first 21. */
export function demandIntact({ buffer, start, end }: BatchAt): void {
  if (buffer.readInt32BE(start + 17) !== crc32c(buffer.subarray(start + 21, end)))
    throw new Undecodable("corrupt", "its checksum is not that of its bytes");
}

async function expand({ buffer, start, end }: BatchAt): Promise<Buffer> {
  const stored = buffer.subarray(start + batchHeaderBytes, end);
  const codec = buffer.readInt16BE(start + 21) & 0x07;
  if (codec === 0) return stored;
  const name = codecNames[codec];
  const make = Codecs[codec];
  if (name === undefined || make === undefined)
    throw new Undecodable(
      "unknown_codec",
      `its compression is number ${codec}, which Kafka does not have`,
    );
  try {
    return await make().decompress(stored);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (error instanceof ExpandsTooFar) throw new Undecodable("too_large", `${name}: ${detail}`);
    throw new Undecodable("malformed", `it does not decompress (${name}): ${detail}`);
  }
}
