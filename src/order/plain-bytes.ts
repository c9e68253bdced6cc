/**
 * What readers of the one form in which nearly all messages come are made of: they walk over the
 * bytes once, and make strings of what stays only.
 */

export const uuidLength = 36;
const textLengthMax = 255;
const zero = 0x30;

/** Beyond the end a byte is undefined, and different. */
export function stands(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let index = 0; index < text.length; index++)
    if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** 1 for a hexadecimal digit, in lower case. */
const isHexDigit = new Uint8Array(256);
for (const digit of Buffer.from("0123456789abcdef")) isHexDigit[digit] = 1;

export function isPlainUuid(bytes: Buffer, start: number): boolean {
  for (let index = 0; index < uuidLength; index++) {
    const byte = bytes[start + index] ?? 0;
    const dash = index === 8 || index === 13 || index === 18 || index === 23;
    if (dash ? byte !== 0x2d : isHexDigit[byte] !== 1) return false;
  }
  return true;
}

/** @returns where the closing quote stands; 0 for a text that is empty, too long, or not plain. */
export function endOfText(bytes: Buffer, start: number): number {
  for (let at = start; at - start <= textLengthMax; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) return at === start ? 0 : at;
    // Control characters, which JSON forbids; escapes; all that is not ASCII.
    if (byte < 0x20 || byte === 0x5c || byte >= 0x7f) return 0;
  }
  return 0;
}

export function endOfDigits(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= 0x39;
}

/** @returns NaN where JSON or a limit would not have it. */
export function integer(bytes: Buffer, start: number, end: number, digitsMax: number): number {
  const length = end - start;
  if (length < 1 || length > digitsMax) return Number.NaN;
  // JSON knows no leading zero.
  if (length > 1 && bytes[start] === zero) return Number.NaN;
  return digits(bytes, start, end);
}

export function digits(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (bytes[at] ?? zero) - zero;
  return value;
}
