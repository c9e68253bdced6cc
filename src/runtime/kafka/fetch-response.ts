import { createRequire } from "node:module";

/**
 * kafkajs 2.2.4 decodes each fetched record with an object per number read, several of them BigInts,
 * and two for each slice: a good part of what consuming costs. This gives the same records (the test
 * compares them) in one pass over the bytes. What it does not know goes the old way.
 */
export function speedUpFetch(): void {
  if (applied) return;
  applied = true;
  const path = require.resolve("kafkajs/src/protocol/recordBatch/v0/decoder");
  const original = require(path) as RecordBatchDecoder;
  const loaded = require.cache[path];
  // kafkajs requires it when it first decodes a fetch, and then finds this one.
  if (loaded !== undefined) loaded.exports = (decoder: Decoder) => decode(decoder, original);
}

/** The part of kafkajs's decoder that matters here. */
export interface Decoder {
  readonly buffer: Buffer;
  offset: number;
}

export interface RecordBatch {
  readonly records: readonly object[];
}

export type RecordBatchDecoder = (decoder: Decoder) => Promise<RecordBatch>;

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>;
}

const require = createRequire(import.meta.url);
const { lookupCodecByAttributes } = require("kafkajs/src/protocol/message/compression") as {
  lookupCodecByAttributes(attributes: number): Codec | null;
};
let applied = false;

/** First offset and length; then what the length counts, of which this much comes before the records. */
const prefixBytes = 12;
const headerBytes = 49;

/** @param original decodes what is cut off or otherwise not as expected, and raises kafkajs's errors. */
export async function decode(decoder: Decoder, original: RecordBatchDecoder): Promise<RecordBatch> {
  const { buffer, offset: at } = decoder;
  const end =
    at + prefixBytes + (at + prefixBytes <= buffer.length ? buffer.readInt32BE(at + 8) : 0);
  if (end > buffer.length || end < at + prefixBytes + headerBytes) return original(decoder);
  decoder.offset = end;

  const attributes = buffer.readInt16BE(at + 21);
  const context = {
    firstOffset: String(buffer.readBigInt64BE(at)),
    firstTimestamp: String(buffer.readBigInt64BE(at + 27)),
    partitionLeaderEpoch: buffer.readInt32BE(at + 12),
    inTransaction: (attributes & 0x10) > 0,
    isControlBatch: (attributes & 0x20) > 0,
    lastOffsetDelta: buffer.readInt32BE(at + 23),
    producerId: String(buffer.readBigInt64BE(at + 43)),
    producerEpoch: buffer.readInt16BE(at + 51),
    firstSequence: buffer.readInt32BE(at + 53),
    maxTimestamp: String(buffer.readBigInt64BE(at + 35)),
    // kafkajs's TimestampTypes: LOG_APPEND_TIME is 1, CREATE_TIME 0.
    timestampType: (attributes & 0x08) > 0 ? 1 : 0,
  };
  const magicByte = buffer.readInt8(at + 16);
  const count = buffer.readInt32BE(at + 57);
  const codec = lookupCodecByAttributes(attributes);
  const stored = buffer.subarray(at + prefixBytes + headerBytes, end);
  const bytes = codec === null || count <= 0 ? stored : await codec.decompress(stored);
  return {
    ...context,
    records: count <= 0 ? [] : readRecords(bytes, count, { ...context, magicByte }),
  } as RecordBatch;
}

interface Context {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly timestampType: number;
  readonly isControlBatch: boolean;
  readonly magicByte: number;
}

const noHeaders = Object.freeze({});

/**
 * What kafkajs makes of a record. Key and value are cut out of the fetched bytes when they are asked
 * for: thousands of records wait at a time, and two buffers for each are most of what the garbage
 * collector would have to carry along.
 */
class FetchedRecord {
  readonly magicByte: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly headers: object;
  readonly isControlRecord: boolean;
  readonly batchContext: Context;
  readonly #bytes: Buffer;
  readonly #keyAt: number;
  readonly #keyLength: number;
  readonly #valueAt: number;
  readonly #valueLength: number;

  constructor(bytes: Buffer, reader: RecordReader, batchContext: Context) {
    const recordEnd = reader.varInt() + reader.at;
    this.magicByte = batchContext.magicByte;
    this.attributes = bytes.readInt8(reader.at++);
    this.timestamp = reader.timestamp(batchContext);
    this.offset = plus(batchContext.firstOffset, reader.varInt());
    this.#bytes = bytes;
    this.#keyLength = reader.varInt();
    this.#keyAt = reader.at;
    reader.at += Math.max(0, this.#keyLength);
    this.#valueLength = reader.varInt();
    this.#valueAt = reader.at;
    reader.at += Math.max(0, this.#valueLength);
    this.headers = reader.headers();
    this.isControlRecord = batchContext.isControlBatch;
    this.batchContext = batchContext;
    reader.at = recordEnd;
  }

  get key(): Buffer | null {
    return this.#keyLength < 0
      ? null
      : this.#bytes.subarray(this.#keyAt, this.#keyAt + this.#keyLength);
  }

  get value(): Buffer | null {
    return this.#valueLength < 0
      ? null
      : this.#bytes.subarray(this.#valueAt, this.#valueAt + this.#valueLength);
  }

  /** Of key and value. */
  get sizeBytes(): number {
    return Math.max(0, this.#keyLength) + Math.max(0, this.#valueLength);
  }
}

function readRecords(bytes: Buffer, count: number, batchContext: Context): FetchedRecord[] {
  const reader = new RecordReader(bytes);
  const records = new Array<FetchedRecord>(count);
  for (let index = 0; index < count; index++)
    records[index] = new FetchedRecord(bytes, reader, batchContext);
  return records;
}

/** Numbers up to 2^53 as such, beyond as BigInts. */
function plus(base: string, delta: number | bigint): string {
  const sum = Number(base) + Number(delta);
  return Number.isSafeInteger(sum) ? String(sum) : String(BigInt(base) + BigInt(delta));
}

class RecordReader {
  readonly #bytes: Buffer;
  at = 0;
  /** Records that were sent together mostly have the same one. */
  #lastDelta: number | bigint = 0;
  #lastTimestamp: string | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  varInt(): number {
    const first = this.#next();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let result = first & 0x7f;
    for (let shift = 7, byte = first; byte >= 0x80; shift += 7) {
      byte = this.#next();
      result += (byte & 0x7f) << shift;
    }
    return (result >>> 1) ^ -(result & 1);
  }

  varLong(): number | bigint {
    const first = this.#next();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let result = BigInt(first & 0x7f);
    for (let shift = 7n, byte = first; byte >= 0x80; shift += 7n) {
      byte = this.#next();
      result += BigInt(byte & 0x7f) << shift;
    }
    return (result >> 1n) ^ -(result & 1n);
  }

  timestamp({ timestampType, firstTimestamp, maxTimestamp }: Context): string {
    const delta = this.varLong();
    if (timestampType === 1) return maxTimestamp;
    if (this.#lastTimestamp === undefined || delta !== this.#lastDelta) {
      this.#lastDelta = delta;
      this.#lastTimestamp = plus(firstTimestamp, delta);
    }
    return this.#lastTimestamp;
  }

  bytes(): Buffer | null {
    const length = this.varInt();
    if (length < 0) return null;
    const start = this.at;
    this.at += length;
    return this.#bytes.subarray(start, this.at);
  }

  /** By key; the values of a key that comes several times as an array. */
  headers(): object {
    const count = this.varInt();
    if (count <= 0) return noHeaders;
    const headers: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const key = String(this.bytes()?.toString("utf8") ?? null);
      const value = this.bytes();
      const before = headers[key];
      if (before === undefined) headers[key] = value;
      else headers[key] = Array.isArray(before) ? [...before, value] : [before, value];
    }
    return headers;
  }

  #next(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError("a record ends before it should");
    return byte;
  }
}
