/** Of eight bytes at a time: twice as fast as kafkajs's, which takes one. */
const tables = makeTables();

/** CRC-32C (Castagnoli), as Kafka guards record batches with it; a signed 32-bit number. */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  let at = 0;
  const wholeEnd = bytes.length - 7;
  for (; at < wholeEnd; at += 8) {
    const low =
      crc ^
      (byteAt(bytes, at) |
        (byteAt(bytes, at + 1) << 8) |
        (byteAt(bytes, at + 2) << 16) |
        (byteAt(bytes, at + 3) << 24));
    crc =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, byteAt(bytes, at + 4)) ^
      entry(2, byteAt(bytes, at + 5)) ^
      entry(1, byteAt(bytes, at + 6)) ^
      entry(0, byteAt(bytes, at + 7));
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ entry(0, crc ^ byteAt(bytes, at));
  return ~crc;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

function entry(table: number, byte: number): number {
  return tables[(table << 8) | (byte & 0xff)] as number;
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    made[byte] = crc;
  }
  for (let at = 256; at < made.length; at++) {
    const shorter = made[at - 256] as number;
    made[at] = (shorter >>> 8) ^ (made[shorter & 0xff] as number);
  }
  return made;
}
