import { isUtf8 } from "node:buffer";

/** One rule for HTTP bodies and messages: UTF-8, with or without a byte order mark. */
export type ReadText =
  | { readonly ok: true; readonly bytes: Buffer }
  /** What it is instead, to follow "the body is" or "the value is". */
  | { readonly ok: false; readonly found: string };

/** @returns the bytes without their mark, or what they are when they are not UTF-8 text. */
export function readText(bytes: Buffer): ReadText {
  const found = otherEncoding(bytes);
  if (found !== undefined) return { ok: false, found };
  if (!isUtf8(bytes)) return { ok: false, found: "not UTF-8 text" };
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { ok: true, bytes: marked ? bytes.subarray(3) : bytes };
}

/** By its first bytes: JSON begins with an ASCII character, so the zeros beside it tell (RFC 4627, 3). */
function otherEncoding([a = 1, b = 1, c = 1, d = 1]: Buffer): string | undefined {
  if (a === 0x1f && b === 0x8b) return "compressed with gzip, not UTF-8 text";
  const wide =
    (a === 0xff && b === 0xfe && c === 0 && d === 0) ||
    (a === 0 && b === 0 && ((c === 0xfe && d === 0xff) || (c === 0 && d !== 0))) ||
    (a !== 0 && b === 0 && c === 0 && d === 0);
  if (wide) return "UTF-32, not UTF-8 text";
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  if (marked || (a === 0 && b !== 0) || (a !== 0 && b === 0)) return "UTF-16, not UTF-8 text";
  return undefined;
}
