/**
 * PostgreSQL's numeric in binary: digits of base 10,000, most significant first, the weight of the
 * first, the sign and the number of decimals. Source: numeric_recv in PostgreSQL.
 */

const oid = 1700;
const headerBytes = 20;
/** Length, digit count, weight, sign, scale. */
const elementHeaderBytes = 12;
/** A double has at most 17 significant digits and an exponent of three: 1e-324 needs 82 base-10,000 digits. */
const digitBytesMax = 2 * 90;
/** Cents up to here are exact, and what most amounts are. */
const centsMax = Number.MAX_SAFE_INTEGER / 2;

/** @param cellOf not negative; written as the shortest decimal that is this double, as JSON is. */
export function numericArray<T>(rows: readonly T[], cellOf: (row: T) => number): Buffer {
  const buffer = Buffer.allocUnsafe(
    headerBytes + rows.length * (elementHeaderBytes + digitBytesMax),
  );
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(rows.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = headerBytes;
  for (const row of rows) at = writeNumeric(buffer, at, cellOf(row));
  return buffer.subarray(0, at);
}

function writeNumeric(buffer: Buffer, start: number, value: number): number {
  const cents = Math.round(value * 100);
  return cents <= centsMax && cents / 100 === value
    ? writeCents(buffer, start, cents)
    : writeDecimal(buffer, start, value);
}

const digits = new Int16Array(8);

function writeCents(buffer: Buffer, start: number, cents: number): number {
  let whole = Math.floor(cents / 100);
  const fraction = (cents - whole * 100) * 100;
  let count = 0;
  while (whole > 0) {
    const rest = Math.floor(whole / 10_000);
    digits[count++] = whole - rest * 10_000;
    whole = rest;
  }
  let at = start + elementHeaderBytes;
  for (let index = count - 1; index >= 0; index--) {
    buffer.writeInt16BE(digits[index] ?? 0, at);
    at += 2;
  }
  if (fraction > 0) {
    buffer.writeInt16BE(fraction, at);
    at += 2;
  }
  return finish(buffer, start, at, count - 1, 2);
}

/** Any other number: its shortest decimal digits, grouped by four around the decimal point. */
function writeDecimal(buffer: Buffer, start: number, value: number): number {
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const decimals = mantissa.replace(".", "");
  // The value is 0.decimals times ten to the power of `point`.
  const point = Number(exponent) + 1;
  const groupsBefore = Math.ceil(point / 4);
  const padded = "0".repeat(groupsBefore * 4 - point) + decimals;
  let at = start + elementHeaderBytes;
  for (let index = 0; index < padded.length; index += 4) {
    buffer.writeInt16BE(Number(padded.slice(index, index + 4).padEnd(4, "0")), at);
    at += 2;
  }
  return finish(buffer, start, at, groupsBefore - 1, Math.max(0, decimals.length - point));
}

function finish(buffer: Buffer, start: number, at: number, weight: number, scale: number): number {
  buffer.writeInt32BE(at - start - 4, start);
  buffer.writeInt16BE((at - start - elementHeaderBytes) / 2, start + 4);
  buffer.writeInt16BE(weight, start + 6);
  buffer.writeInt16BE(0, start + 8);
  buffer.writeInt16BE(scale, start + 10);
  return at;
}
