import { randomFillSync } from "node:crypto";

const pattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * W3C trace context: the one that came, or a new one where none came or it cannot be read.
 * https://www.w3.org/TR/trace-context/#traceparent-header
 * @param header as Node gives it; repeated ones arrive joined, and are no trace context.
 */
export function traceparentOf(header: string | string[] | undefined): string {
  if (typeof header === "string" && pattern.test(header)) return header;
  return `00-${nonZero(16)}-${nonZero(8)}-01`;
}

/** Drawn for many at once: a call of its own for each costs fifty times as much. */
const drawn = Buffer.alloc(24 * 512);
let next = drawn.length;

function nonZero(bytes: number): string {
  if (next + bytes > drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  const hex = drawn.toString("hex", next, next + bytes);
  next += bytes;
  return /^0+$/.test(hex) ? nonZero(bytes) : hex;
}
