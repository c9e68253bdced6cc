import { ExpandsTooFar } from "./expand.ts";

/**
 * What compressed bytes become, read from the bytes themselves and before anything is expanded: for
 * the libraries that take no limit.
 */

/**
 * LZ4 frames: walks over every sequence of every block, at a fraction of what expanding costs.
 * @throws ExpandsTooFar; a plain Error for what is no LZ4 frame.
 */
export function demandLz4Within(bytes: Buffer, limitBytes: number): void {
  let expanded = 0;
  let at = 0;
  while (at < bytes.length) {
    if (at + 7 > bytes.length || bytes.readUInt32LE(at) !== 0x184d2204)
      throw new Error("lz4: this is no frame");
    const flags = bytes.readUInt8(at + 4);
    const checksumBytes = (flags & 0x10) > 0 ? 4 : 0;
    at += 7 + ((flags & 0x08) > 0 ? 8 : 0) + ((flags & 0x01) > 0 ? 4 : 0);
    for (;;) {
      if (at + 4 > bytes.length) return;
      const size = bytes.readUInt32LE(at);
      at += 4;
      if (size === 0) break;
      const length = size & 0x7fffffff;
      const end = Math.min(bytes.length, at + length);
      expanded += size >= 0x80000000 ? length : lz4BlockBytes(bytes, at, end, limitBytes);
      if (expanded > limitBytes) throw new ExpandsTooFar();
      at += length + checksumBytes;
    }
    if ((flags & 0x04) > 0) at += 4;
  }
}

/** A sequence is a token of two lengths, literals, and where the match begins (2 bytes). */
function lz4BlockBytes(bytes: Buffer, start: number, end: number, limitBytes: number): number {
  let expanded = 0;
  let at = start;
  const length = (nibble: number) => {
    if (nibble < 15) return nibble;
    let sum = nibble;
    for (let byte = 255; byte === 255 && at < end; ) {
      byte = bytes[at++] ?? 0;
      sum += byte;
    }
    return sum;
  };
  while (at < end && expanded <= limitBytes) {
    const token = bytes[at++] ?? 0;
    const literals = length(token >>> 4);
    at += literals;
    expanded += literals;
    if (at >= end) break;
    at += 2;
    expanded += 4 + length(token & 15);
  }
  return expanded;
}

/**
 * A raw snappy block begins with its size.
 * @throws ExpandsTooFar
 */
export function demandSnappyWithin(block: Buffer, limitBytes: number): number {
  let size = 0;
  for (let index = 0; index < 5; index++) {
    const byte = block[index] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  if (size > limitBytes) throw new ExpandsTooFar();
  return size;
}

/**
 * The first zstd frame's header; others of several are held to its size by the library.
 * @returns undefined where a frame does not say: a streaming writer (Java's) cannot know.
 * @throws ExpandsTooFar
 */
export function demandZstdWithin(bytes: Buffer, limitBytes: number): number | undefined {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== 0xfd2fb528) return undefined;
  const descriptor = bytes.readUInt8(4);
  const singleSegment = (descriptor & 0x20) > 0;
  const at = 5 + (singleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const flag = descriptor >>> 6;
  if (flag === 0 && !singleSegment) return undefined;
  const width = [1, 2, 4, 8][flag] ?? 1;
  if (at + width > bytes.length) throw new Error("zstd: the frame's header is cut short");
  const size =
    width === 8
      ? Number(bytes.readBigUInt64LE(at))
      : bytes.readUIntLE(at, width) + (width === 2 ? 256 : 0);
  if (size > limitBytes) throw new ExpandsTooFar();
  return size;
}
