import { createRequire } from "node:module";
import { type ResponseReader, watchedResponse } from "../produce-attempt.ts";
import { crc32c } from "../records/crc32c.ts";
import { ByteWriter, varIntSize } from "./byte-writer.ts";

/**
 * kafkajs 2.2.4 builds a produce request out of some ten small zeroed buffers per message and copies
 * each several times; with requests of a few messages for each of 50 partitions that is most of what
 * publishing costs. This writes the same bytes (the test compares them) into one buffer. It serves
 * what we send: uncompressed messages with key and value, and headers that are texts; anything else
 * goes the old way. Here, too, a sender's attempt is told what was answered.
 */
export function speedUpProduce(): void {
  if (applied) return;
  applied = true;
  const produce = require("kafkajs/src/protocol/requests/produce") as ProduceRequests;
  const { protocol } = produce;
  produce.protocol = ({ version }) => {
    const original = protocol({ version });
    if (version < 3) return original;
    return (options) => {
      const { request, response: answer } = original(options);
      const response = watchedResponse(options, answer);
      if (!isPlain(options)) return { request, response };
      return { request: { ...request, encode: async () => encodeProduce(options) }, response };
    };
  };
}

/** The part of kafkajs's modules that matters here. */
interface ProduceRequests {
  protocol(options: { version: number }): (options: ProduceOptions) => {
    request: { encode(): Promise<Encoded> };
    response: ResponseReader;
  };
}

/** What kafkajs takes for one of its encoders. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

export interface ProduceOptions {
  readonly acks: number;
  readonly timeout: number;
  readonly compression?: number;
  readonly transactionalId?: string | null;
  readonly producerId?: { toString(): string };
  readonly producerEpoch?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence?: number;
      readonly messages: readonly PlainMessage[];
    }[];
  }[];
}

interface PlainMessage {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly headers?: unknown;
  readonly timestamp?: unknown;
  /** Of our own senders: told what becomes of it. */
  readonly attempt?: unknown;
}

const require = createRequire(import.meta.url);
let applied = false;

function isPlain({ compression = 0, transactionalId, topicData }: ProduceOptions): boolean {
  if (compression !== 0 || (transactionalId ?? null) !== null) return false;
  return topicData.every(({ partitions }) =>
    partitions.every(({ messages }) =>
      messages.every(
        ({ key, value, headers, timestamp }) =>
          typeof key === "string" &&
          Buffer.isBuffer(value) &&
          isTexts(headers) &&
          timestamp === undefined,
      ),
    ),
  );
}

function isTexts(headers: unknown): boolean {
  if (headers === undefined) return true;
  if (typeof headers !== "object" || headers === null) return false;
  for (const text of Object.values(headers)) if (typeof text !== "string") return false;
  return true;
}

/** Produce request, versions 3 to 7, from transactional_id on. */
export function encodeProduce(options: ProduceOptions): Encoded {
  const { topicData, producerEpoch = 0 } = options;
  const producerId = BigInt(String(options.producerId ?? -1));
  const out = new ByteWriter(64 * 1024);
  out.int16(-1);
  out.int16(options.acks);
  out.int32(options.timeout);
  out.int32(topicData.length);
  for (const { topic, partitions } of topicData) {
    const topicBytes = Buffer.byteLength(topic);
    out.int16(topicBytes);
    out.text(topic, topicBytes);
    out.int32(partitions.length);
    for (const { partition, messages, firstSequence = 0 } of partitions) {
      out.int32(partition);
      const sizeAt = out.skipInt32();
      writeBatch(out, messages, { producerId, producerEpoch, firstSequence });
      out.setInt32(sizeAt, out.length - sizeAt - 4);
    }
  }
  const { written } = out;
  return { buf: written, buffer: written };
}

interface Producer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
}

const magic = 2;

/** Record batch, version 2: https://kafka.apache.org/documentation/#recordbatch */
function writeBatch(out: ByteWriter, messages: readonly PlainMessage[], producer: Producer): void {
  out.int64(0n);
  const lengthAt = out.skipInt32();
  out.int32(0);
  out.int8(magic);
  const crcAt = out.skipInt32();
  const nowMs = BigInt(Date.now());
  out.int16(0);
  out.int32(messages.length - 1);
  out.int64(nowMs);
  out.int64(nowMs);
  out.int64(producer.producerId);
  out.int16(producer.producerEpoch);
  out.int32(producer.firstSequence);
  out.int32(messages.length);
  let offset = 0;
  for (const message of messages) writeRecord(out, offset++, message);
  out.setInt32(lengthAt, out.length - lengthAt - 4);
  out.setInt32(crcAt, crc32c(out.written.subarray(crcAt + 4)));
}

function writeRecord(out: ByteWriter, offset: number, message: PlainMessage): void {
  const key = message.key as string;
  const value = message.value as Buffer;
  const headers = (message.headers ?? noHeaders) as Texts;
  const keyBytes = Buffer.byteLength(key);
  // Attributes and timestamp delta take one byte each: both are 0.
  let bytes = 2 + varIntSize(offset) + sizeOf(keyBytes) + sizeOf(value.length);
  let count = 0;
  for (const name in headers) {
    count += 1;
    bytes += sizeOf(Buffer.byteLength(name)) + sizeOf(Buffer.byteLength(headers[name] as string));
  }
  out.varInt(bytes + varIntSize(count));
  out.int8(0);
  out.int8(0);
  out.varInt(offset);
  writeText(out, key, keyBytes);
  out.varInt(value.length);
  out.bytes(value);
  out.varInt(count);
  for (const name in headers) {
    writeText(out, name, Buffer.byteLength(name));
    const text = headers[name] as string;
    writeText(out, text, Buffer.byteLength(text));
  }
}

type Texts = Readonly<Record<string, string>>;
const noHeaders: Texts = {};

function writeText(out: ByteWriter, text: string, bytes: number): void {
  out.varInt(bytes);
  out.text(text, bytes);
}

/** Of so many bytes with their length in front. */
function sizeOf(bytes: number): number {
  return varIntSize(bytes) + bytes;
}
