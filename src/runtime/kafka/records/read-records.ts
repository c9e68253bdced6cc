import { Undecodable } from "../undecodable.ts";
import type { BatchContext } from "./log-hole.ts";

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
  /** Also of an aborted transaction: no data either way. */
  isControlRecord: boolean;
  readonly batchContext: BatchContext;
  readonly #bytes: Buffer;
  readonly #keyAt: number;
  readonly #keyLength: number;
  readonly #valueAt: number;
  readonly #valueLength: number;

  /** @throws Undecodable where its lengths do not fit into one another. */
  constructor(bytes: Buffer, reader: RecordReader, batchContext: BatchContext) {
    const recordEnd = reader.varInt() + reader.at;
    if (recordEnd > bytes.length) throw reader.malformed("a record is longer than its batch");
    this.magicByte = batchContext.magicByte;
    this.attributes = bytes.readInt8(reader.at++);
    this.timestamp = reader.timestamp(batchContext);
    this.offset = plus(batchContext.firstOffset, reader.offsetDelta());
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
    if (reader.at !== recordEnd) throw reader.malformed("a record's parts are not its length");
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

/**
 * @param holes called for offsets in between that have no record: `from` and `to`, as differences to
 *   the batch's first offset; those behind the last record included. Records come in offset order.
 * @throws Undecodable
 */
export function readRecords(
  bytes: Buffer,
  count: number,
  batchContext: BatchContext,
  into: { add(record: FetchedRecord): void; hole(from: number, to: number): void },
): void {
  const reader = new RecordReader(bytes);
  const { lastOffsetDelta } = batchContext;
  let expected = 0;
  for (let index = 0; index < count; index++) {
    const record = new FetchedRecord(bytes, reader, batchContext);
    const delta = reader.lastOffsetDelta;
    if (delta !== expected) {
      if (delta < expected) throw reader.malformed("its records' offsets are not in order");
      into.hole(expected, delta - 1);
    }
    into.add(record);
    expected = delta + 1;
  }
  if (expected - 1 > lastOffsetDelta)
    throw reader.malformed("its records' offsets are not its own");
  if (reader.at !== bytes.length)
    throw reader.malformed(`bytes are left behind its ${count} records`);
  if (expected <= lastOffsetDelta) into.hole(expected, lastOffsetDelta);
}

/** Numbers up to 2^53 as such, beyond as BigInts. */
function plus(base: string, delta: number | bigint): string {
  const sum = Number(base) + Number(delta);
  return Number.isSafeInteger(sum) ? String(sum) : String(BigInt(base) + BigInt(delta));
}

class RecordReader {
  readonly #bytes: Buffer;
  at = 0;
  /** Of the record read last. */
  lastOffsetDelta = -1;
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
      if (shift > 28) throw this.malformed("a number is longer than 32 bits");
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
      if (shift > 63n) throw this.malformed("a number is longer than 64 bits");
      byte = this.#next();
      result += BigInt(byte & 0x7f) << shift;
    }
    return (result >> 1n) ^ -(result & 1n);
  }

  offsetDelta(): number {
    this.lastOffsetDelta = this.varInt();
    return this.lastOffsetDelta;
  }

  timestamp({ timestampType, firstTimestamp, maxTimestamp }: BatchContext): string {
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
    if (this.at > this.#bytes.length) throw this.malformed("a header is longer than its batch");
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
      else if (Array.isArray(before)) before.push(value);
      else headers[key] = [before, value];
    }
    return headers;
  }

  #next(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw this.malformed("it ends within a record");
    return byte;
  }

  malformed(detail: string): Undecodable {
    return new Undecodable("malformed", detail);
  }
}
