import type { EncodedRequest, KafkaBroker } from "./kafka-cluster.ts";

/** Reads Kafka's flexible encoding (KIP-482): compact texts and arrays, tagged fields. Big-endian. */
export class CompactReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#forward(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#forward(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#forward(4));
  }

  /** Offsets stay below 2^53. */
  int64(): number {
    return Number(this.#bytes.readBigInt64BE(this.#forward(8)));
  }

  unsignedVarInt(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#forward(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** 32 hexadecimal digits. */
  id(): string {
    const at = this.#forward(16);
    return this.#bytes.toString("hex", at, at + 16);
  }

  /** null where Kafka sends none. */
  nullableText(): string | null {
    const length = this.unsignedVarInt() - 1;
    if (length < 0) return null;
    const at = this.#forward(length);
    return this.#bytes.toString("utf8", at, at + length);
  }

  text(): string {
    return this.nullableText() ?? "";
  }

  /** A null array is empty. */
  array<T>(read: () => T): readonly T[] {
    const items: T[] = [];
    for (let left = this.unsignedVarInt() - 1; left > 0; left--) items.push(read());
    return items;
  }

  /** Fields that this program does not know. */
  skipTagged(): void {
    for (let left = this.unsignedVarInt(); left > 0; left--) {
      this.unsignedVarInt();
      this.#forward(this.unsignedVarInt());
    }
  }

  #forward(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}

export const noTags = Buffer.from([0]);

export function compactText(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([unsignedVarInt(bytes.length + 1), bytes]);
}

/** @param items encoded; each ends with its own tagged fields, if it is a structure. */
export function compactArray(items: readonly Buffer[]): Buffer {
  return Buffer.concat([unsignedVarInt(items.length + 1), ...items]);
}

function unsignedVarInt(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

export interface FlexibleRequest {
  readonly apiKey: number;
  readonly apiName: string;
  readonly apiVersion: number;
}

/** Whether the broker answers this request in this version. */
export function knows(broker: KafkaBroker, { apiKey, apiVersion }: FlexibleRequest): boolean {
  return (broker.versions[apiKey]?.maxVersion ?? -1) >= apiVersion;
}

/**
 * A request in flexible encoding over kafkajs's connection. kafkajs writes and reads headers as in
 * the versions before: their tagged fields are taken care of here.
 */
export async function askBroker<T>(
  broker: KafkaBroker,
  request: FlexibleRequest,
  body: readonly Buffer[],
  read: (from: CompactReader) => T,
): Promise<T> {
  const { value } = await broker.connectionPool.send({
    request: { ...request, encode: async () => encoded(Buffer.concat([noTags, ...body])) },
    response: {
      decode: async (payload) => ({ value: readAnswer(payload, read) }),
      parse: async (decoded) => decoded,
    },
  });
  return value;
}

/** Pure. @param payload with the tagged fields of its header. */
export function readAnswer<T>(payload: Buffer, read: (from: CompactReader) => T): T {
  const reader = new CompactReader(payload);
  reader.skipTagged();
  return read(reader);
}

function encoded(bytes: Buffer): EncodedRequest {
  return { buf: bytes, buffer: bytes, size: () => bytes.length };
}
