/** A buffer that grows, big-endian, with Kafka's zigzag variable-length integers. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(sizeHint: number) {
    this.#bytes = Buffer.allocUnsafe(sizeHint);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written so far; valid until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  int8(value: number): void {
    this.#need(1);
    this.#length = this.#bytes.writeInt8(value, this.#length);
  }

  int16(value: number): void {
    this.#need(2);
    this.#length = this.#bytes.writeInt16BE(value, this.#length);
  }

  int32(value: number): void {
    this.#need(4);
    this.#length = this.#bytes.writeInt32BE(value, this.#length);
  }

  int64(value: bigint): void {
    this.#need(8);
    this.#length = this.#bytes.writeBigInt64BE(value, this.#length);
  }

  /** Leaves room for an int32 that is known later. @returns where, for `setInt32`. */
  skipInt32(): number {
    this.#need(4);
    this.#length += 4;
    return this.#length - 4;
  }

  setInt32(at: number, value: number): void {
    this.#bytes.writeInt32BE(value | 0, at);
  }

  /** Of an int32, as Kafka's varint. */
  varInt(value: number): void {
    this.#need(5);
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  bytes(value: Uint8Array): void {
    this.#need(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** UTF-8 without a length. */
  text(value: string, byteLength: number): void {
    this.#need(byteLength);
    this.#bytes.write(value, this.#length, byteLength, "utf8");
    this.#length += byteLength;
  }

  #need(bytes: number): void {
    const wanted = this.#length + bytes;
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
    larger.set(this.written);
    this.#bytes = larger;
  }
}

/** Bytes that `varInt` takes. */
export function varIntSize(value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let size = 1;
  while (rest > 0x7f) {
    size += 1;
    rest >>>= 7;
  }
  return size;
}
