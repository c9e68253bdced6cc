import { createRequire } from "node:module";
import { ExpandsTooFar, expansionLimit, limitExpansion } from "../records/expand.ts";
import { addHole, type BatchContext, type FetchedRecords } from "../records/log-hole.ts";
import {
  type AbortedTransaction,
  type MaybeAborted,
  markAborted,
} from "../records/mark-aborted.ts";
import { Undecodable } from "../undecodable.ts";
import {
  type BatchAt,
  batchContext,
  batchEnd,
  batchHeaderBytes,
  decodeBatch,
  demandIntact,
} from "./record-batch.ts";

/**
 * kafkajs 2.2.4 decodes each fetched record with an object per number read, several of them BigInts,
 * and two for each slice: a good part of what consuming costs; it expands whatever comes without a
 * limit, looks at no checksum, and one batch that it cannot read fails the fetch of all partitions.
 * This gives the same records (the test compares them) in one pass over the bytes. Where the log has
 * none that can be read a hole stands among them (see log-hole.ts), and the partition's records end
 * there if the batch is undecodable.
 * @param expandedBytes what one batch may become, and what one answer may go on beyond.
 */
export function replaceFetchDecoder(expandedBytes: number): void {
  limitExpansion(expandedBytes);
  if (applied) return;
  applied = true;
  const path = require.resolve("kafkajs/src/protocol/requests/fetch/v4/decodeMessages");
  require(path);
  const loaded = require.cache[path];
  // kafkajs requires it when it first decodes a fetch, and then finds this one.
  if (loaded !== undefined) loaded.exports = decodeRecordSet;
  for (let version = firstVersion; version <= lastVersion; version++) withoutAborted(version);
}

/** kafkajs's filter is left nothing to do. */
function withoutAborted(version: number): void {
  const response = require(
    `kafkajs/src/protocol/requests/fetch/v${version}/response`,
  ) as FetchResponseDecoder;
  const { decode } = response;
  // Some versions hand on the function of an earlier one.
  if (marking.has(decode)) return;
  const marked: FetchResponseDecoder["decode"] = async (bytes) => {
    const answer = await decode(bytes);
    for (const { partitions } of answer.responses) {
      for (const partition of partitions) {
        if (partition.abortedTransactions.length === 0) continue;
        markAborted(partition.messages, partition.abortedTransactions);
        partition.abortedTransactions = [];
      }
    }
    return answer;
  };
  marking.add(marked);
  response.decode = marked;
}

/** With transactions; before it (Kafka 0.11) there are none. */
const firstVersion = 4;
const lastVersion = 11;
const marking = new WeakSet<FetchResponseDecoder["decode"]>();

interface FetchResponseDecoder {
  decode(bytes: Buffer): Promise<{
    readonly responses: readonly {
      readonly partitions: readonly {
        abortedTransactions: readonly AbortedTransaction[];
        readonly messages: readonly MaybeAborted[];
      }[];
    }[];
  }>;
}

/** The part of kafkajs's decoder that matters here. */
export interface Decoder {
  readonly buffer: Buffer;
  offset: number;
}

const require = createRequire(import.meta.url);
const KafkajsDecoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => Decoder;
const decodeMessageSet = require("kafkajs/src/protocol/messageSet/decoder") as (
  decoder: Decoder,
  bytes: number,
) => Promise<{ readonly offset: string }[]>;
let applied = false;

const magicAt = 16;
/** Of an undecodable batch so much is kept for whoever looks into it. */
const headBytesMax = 65_536;

/** By a whole answer: what decoding it has cost so far. */
const spentOn = new WeakMap<object, number>();

/** One partition's records in a fetch response of version 4 to 11. @param decoder stands at their size. */
export async function decodeRecordSet(decoder: Decoder): Promise<FetchedRecords> {
  const { buffer } = decoder;
  const size = buffer.readInt32BE(decoder.offset);
  decoder.offset += 4;
  if (size <= 0 || decoder.offset + size > buffer.length) return [];
  const set = buffer.subarray(decoder.offset, decoder.offset + size);
  decoder.offset += size;
  return decodeRecords(set, buffer);
}

/**
 * One partition's records.
 * @param set their bytes. @param answer which answer it came in: all of its partitions together may
 *   not expand without a limit.
 */
export async function decodeRecords(set: Buffer, answer: object): Promise<FetchedRecords> {
  const records: FetchedRecords = [];
  let expected: number | undefined;
  for (let start = 0; start < set.length; ) {
    // The rest is fetched again: one answer must not expand without a limit either.
    const spent = spentOn.get(answer) ?? 0;
    if (spent >= expansionLimit()) break;
    const end = batchEnd(set, start) ?? Number.POSITIVE_INFINITY;
    // The last one may be cut off: that is how a fetch's size is limited.
    if (end > set.length && start > 0) break;
    const at = { buffer: set, start, end: Math.min(end, set.length) };
    const mark = records.length;
    let trusted = false;
    try {
      const magic = demandShape(set, start, end);
      if (magic < 2) {
        expected = await decodeLegacy(at, records, expected);
        spentOn.set(answer, spent + at.end - start);
      } else {
        demandIntact(at);
        trusted = true;
        const context = batchContext(at);
        const base = Number(context.firstOffset);
        expected = demandAfter(expected, base, context, records);
        spentOn.set(answer, spent + (await decodeBatch(at, context, records)));
        expected = base + context.lastOffsetDelta + 1;
      }
      start = end;
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      records.length = mark;
      addUndecodable(at, expected, trusted, error, records);
      break;
    }
  }
  return records;
}

/**
 * @returns the format; kafkajs reads those before 2 (Kafka 0.11).
 * @throws Undecodable where no batch can begin so.
 */
function demandShape(set: Buffer, start: number, end: number): number {
  if (end > set.length || start + magicAt >= set.length)
    throw new Undecodable("truncated", "less of it came than it says it has");
  if (end <= start + magicAt)
    throw new Undecodable("malformed", "it is shorter than its own header");
  const magic = set.readInt8(start + magicAt);
  if (magic < 0 || magic > 2)
    throw new Undecodable("unknown_magic", `its format is number ${magic}; Kafka has 0 to 2`);
  if (magic === 2 && end < start + batchHeaderBytes)
    throw new Undecodable("malformed", "it is shorter than its own header");
  return magic;
}

/** Marks what is missing in front of a batch, as belonging to none. @throws Undecodable */
function demandAfter(
  expected: number | undefined,
  base: number,
  context: BatchContext,
  records: FetchedRecords,
): number {
  if (expected !== undefined && base < expected)
    throw new Undecodable("malformed", "it begins before the batch in front of it ends");
  if (expected !== undefined && base > expected)
    addHole(records, { kind: "missing", from: expected, to: base - 1 }, ofNoBatch(context));
  return base;
}

/** One entry of a format before 2. @returns the offset behind it. @throws Undecodable */
async function decodeLegacy(
  { buffer, start, end }: BatchAt,
  records: FetchedRecords,
  before: number | undefined,
): Promise<number> {
  let expected = before;
  const messages = await decodeMessageSet(
    new KafkajsDecoder(buffer.subarray(start, end)),
    end - start,
  ).catch((error: unknown) => {
    const why = error instanceof ExpandsTooFar ? "too_large" : "malformed";
    throw new Undecodable(why, error instanceof Error ? error.message : String(error));
  });
  for (const message of messages) {
    const offset = Number(message.offset);
    if (expected !== undefined && offset > expected)
      addHole(records, { kind: "missing", from: expected, to: offset - 1 }, noContext(expected));
    records.push(message);
    expected = offset + 1;
  }
  return expected ?? Number(buffer.readBigInt64BE(start)) + 1;
}

/** @param trusted the checksum vouches for what the header says of transactions and control. */
function addUndecodable(
  at: BatchAt,
  expected: number | undefined,
  trusted: boolean,
  { why, message }: Undecodable,
  records: FetchedRecords,
): void {
  const { buffer, start, end } = at;
  if (end < start + 8) return;
  const isLegacy = end > start + magicAt && [0, 1].includes(buffer.readInt8(start + magicAt));
  const own = Number(buffer.readBigInt64BE(start));
  // Before format 2 a compressed entry has the offset of its last message.
  const from = isLegacy ? Math.min(own, expected ?? 0) : own;
  const hasHeader = !isLegacy && why !== "unknown_magic" && end >= start + batchHeaderBytes;
  const context = hasHeader ? batchContext(at) : noContext(from);
  const said = isLegacy ? own : own + context.lastOffsetDelta;
  // A header that nothing vouches for may lie; where the next batch begins this one ends.
  const next = end + 8 <= buffer.length ? Number(buffer.readBigInt64BE(end)) : undefined;
  const last = said < from || (next !== undefined && said >= next) ? (next ?? from + 1) - 1 : said;
  const stored = buffer.subarray(start, end);
  addHole(
    records,
    {
      kind: "undecodable",
      from,
      to: Math.max(from, last),
      why,
      detail: message,
      head: Buffer.from(stored.subarray(0, headBytesMax)),
      storedBytes: stored.length,
    },
    trusted ? context : ofNoBatch(context),
  );
}

/** Neither a transaction nor control can explain it. */
function ofNoBatch(context: BatchContext): BatchContext {
  return { ...context, inTransaction: false, isControlBatch: false };
}

function noContext(firstOffset: number): BatchContext {
  return {
    firstOffset: String(firstOffset),
    lastOffsetDelta: -1,
    firstTimestamp: "0",
    maxTimestamp: "0",
    timestampType: 0,
    partitionLeaderEpoch: -1,
    producerId: "-1",
    producerEpoch: -1,
    firstSequence: -1,
    inTransaction: false,
    isControlBatch: false,
    magicByte: -1,
  };
}
