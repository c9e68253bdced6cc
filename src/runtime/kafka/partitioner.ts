import type { ICustomPartitioner } from "kafkajs";

/**
 * murmur2 as Kafka's clients compute it over the key's UTF-8 bytes, so that a key lands in the same
 * partition whichever client wrote it. kafkajs's own computes in 64-bit objects; Math.imul is the
 * same 32-bit multiplication in one instruction.
 */
export function murmur2(key: string | Buffer): number {
  const bytes = typeof key === "string" ? bytesOf(key) : key;
  const length = typeof key === "string" ? bytesLength : key.length;
  let h = seed ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k = byte(bytes, i) | (byte(bytes, i + 1) << 8);
    k |= (byte(bytes, i + 2) << 16) | (byte(bytes, i + 3) << 24);
    k = Math.imul(k, m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = length - i;
  if (rest >= 3) h ^= byte(bytes, i + 2) << 16;
  if (rest >= 2) h ^= byte(bytes, i + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ byte(bytes, i), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** @returns the partition of a key, from 0 to partitions - 1: the same as in Java's client. */
export function partitionOfKey(key: string | Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

/** For kafkajs producers: a message's own partition, else its key's, else one after the other. */
export const createPartitioner: ICustomPartitioner = () => {
  let next = 0;
  return ({ partitionMetadata, message }) => {
    if (message.partition !== undefined && message.partition !== null) return message.partition;
    const partitions = partitionMetadata.length;
    if (message.key !== undefined && message.key !== null)
      return partitionOfKey(message.key, partitions);
    next = (next + 1) % partitions;
    return next;
  };
};

const seed = 0x9747b28c | 0;
const m = 0x5bd1e995;

/** Keys are short and nearly always ASCII: those are hashed without allocating. */
const scratch = new Uint8Array(256);
let bytesLength = 0;

function bytesOf(key: string): Uint8Array {
  const length = key.length;
  if (length <= scratch.length) {
    let i = 0;
    for (; i < length; i += 1) {
      const code = key.charCodeAt(i);
      if (code > 127) break;
      scratch[i] = code;
    }
    if (i === length) {
      bytesLength = length;
      return scratch;
    }
  }
  const bytes = Buffer.from(key);
  bytesLength = bytes.length;
  return bytes;
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
