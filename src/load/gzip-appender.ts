import { ftruncateSync, writeSync } from "node:fs";
import { crc32, gzipSync, constants as zlib } from "node:zlib";

/** What gathers uncompressed before it is compressed: half a millisecond of work. */
const tailBytesMax = 32 * 1_024;

const methodDeflate = 8;
const hasExtra = 4;
const osUnknown = 255;
/** An empty last block, and checksum and length of nothing. */
const nothing = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const headerBytes = 10;
/** With the tail before it below 64 KiB, the most that an extra field, and a stored block, can have. */
const partBytesMax = 24 * 1_024;
const fillerBytesMin = headerBytes + 2 + nothing.length;

/**
 * Appends texts to a gzip file, each with the kernel when `append` returns. To compress a few hundred
 * bytes at once costs more than to send the order that they are about, so a text is first a member of
 * its own that is only wrapped; when some have gathered, one that is compressed takes their place. The
 * file is whole gzip after each system call, whenever the process is killed.
 */
export class GzipAppender {
  readonly #fd: number;
  /** Where the wrapped members begin. */
  #tailAt = 0;
  #tailBytes = 0;
  #tail: Buffer[] = [];

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @throws the error of the write. */
  append(text: Uint8Array): void {
    for (let from = 0; from < text.length; from += partBytesMax) {
      const part = Buffer.from(text.subarray(from, from + partBytesMax));
      const member = storedMember(part);
      this.#write(member, this.#tailAt + this.#tailBytes);
      this.#tail.push(part);
      this.#tailBytes += member.length;
      if (this.#tailBytes >= tailBytesMax) this.compress();
    }
  }

  /** Takes what has gathered into one member. At the end, too. */
  compress(): void {
    if (this.#tailBytes === 0) return;
    const packed = gzipSync(Buffer.concat(this.#tail), { level: zlib.Z_BEST_SPEED });
    const fillBytes = this.#tailBytes - packed.length;
    let bytes = this.#tailBytes;
    // In one write over all of the old members: until the file is cut, empty members fill the rest.
    if (fillBytes >= fillerBytesMin) {
      this.#write(Buffer.concat([packed, filler(fillBytes)]), this.#tailAt);
      bytes = packed.length;
      ftruncateSync(this.#fd, this.#tailAt + bytes);
    }
    this.#tailAt += bytes;
    this.#tailBytes = 0;
    this.#tail = [];
  }

  /** Only a nearly full disk takes a part. */
  #write(bytes: Uint8Array, at: number): void {
    for (let from = 0; from < bytes.length; )
      from += writeSync(this.#fd, bytes, from, bytes.length - from, at + from);
  }
}

function header(flags: number): Buffer {
  return Buffer.from([0x1f, 0x8b, methodDeflate, flags, 0, 0, 0, 0, 0, osUnknown]);
}

/** A member whose one block is the text as it is. */
function storedMember(text: Buffer): Buffer {
  const member = Buffer.allocUnsafe(headerBytes + 5 + text.length + 8);
  header(0).copy(member);
  member.writeUInt8(1, headerBytes);
  member.writeUInt16LE(text.length, headerBytes + 1);
  member.writeUInt16LE(text.length ^ 0xffff, headerBytes + 3);
  text.copy(member, headerBytes + 5);
  const end = headerBytes + 5 + text.length;
  member.writeUInt32LE(crc32(text), end);
  member.writeUInt32LE(text.length, end + 4);
  return member;
}

/** An empty member of this many bytes: they are its extra field. */
function filler(bytes: number): Buffer {
  const member = Buffer.alloc(bytes);
  header(hasExtra).copy(member);
  member.writeUInt16LE(bytes - fillerBytesMin, headerBytes);
  nothing.copy(member, bytes - nothing.length);
  return member;
}
