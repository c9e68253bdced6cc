import { createAPI, fetchV13, type Reader } from "@platformatic/kafka";
import type { AbortedTransaction } from "../records/mark-aborted.ts";

export interface FetchedPartition {
  readonly partition: number;
  /** Kafka's number; 0 where all is well. */
  readonly errorCode: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** The bytes of its batches; empty where nothing has come in. */
  readonly records: Buffer;
}

const fetchKey = 1;
const version = 13;

/**
 * Fetch as @platformatic/kafka sends it, with the records left as bytes: its own reader looks at no
 * checksum, fails the answer of all partitions for one, and makes an object with BigInts of each
 * record. Errors of partitions come with them, in place of an exception. Kafka 3.1 and newer.
 */
export const fetchApi = createAPI<fetchV13.FetchRequest, readonly FetchedPartition[]>(
  fetchKey,
  version,
  fetchV13.createRequest,
  parse,
);

function parse(_id: number, _key: number, _version: number, reader: Reader): FetchedPartition[] {
  reader.readInt32(); // throttle time
  const errorCode = reader.readInt16();
  if (errorCode !== 0) throw new Error(`Kafka refuses a fetch: error ${errorCode}`);
  reader.readInt32(); // session
  return arrayOf(reader, () => {
    reader.readUUID();
    return arrayOf(reader, parsePartition);
  }).flat();
}

/** With the tagged fields behind each element, which the package's own skips by a wrong count. */
function arrayOf<Element>(reader: Reader, read: (reader: Reader) => Element): Element[] {
  const each = (from: Reader) => {
    const element = read(from);
    for (let tags = from.readUnsignedVarInt(); tags > 0; tags--) {
      from.readUnsignedVarInt();
      from.skip(from.readUnsignedVarInt());
    }
    return element;
  };
  return reader.readNullableArray(each, true, false) ?? [];
}

function parsePartition(reader: Reader): FetchedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  reader.skip(8 + 8 + 8); // high watermark, last stable offset, start of the log
  const abortedTransactions = arrayOf(reader, () => ({
    producerId: String(reader.readInt64()),
    firstOffset: String(reader.readInt64()),
  }));
  reader.readInt32(); // preferred replica
  const size = Math.max(0, reader.readUnsignedVarInt() - 1);
  const records = reader.buffer.slice(reader.position, reader.position + size);
  reader.skip(size);
  return { partition, errorCode, abortedTransactions, records };
}
