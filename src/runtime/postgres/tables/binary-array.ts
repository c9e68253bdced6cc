/**
 * One-dimensional arrays in PostgreSQL's binary format. `pg` sends a Buffer as a binary parameter;
 * measured, the server then spends half the time on reading the parameters, and a timestamp or a
 * number need not go through text at all.
 * Source: array_recv and the receive functions of the element types in PostgreSQL.
 */

const oids = {
  int2: 21,
  int4: 23,
  int8: 20,
  text: 25,
  bytea: 17,
  uuid: 2950,
  numeric: 1700,
  timestamptz: 1184,
  date: 1082,
  jsonb: 3802,
} as const;

/** dimensions, has-nulls, element type; then length and lower bound. */
const headerBytes = 20;

function begin(oid: number, count: number, elementBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + elementBytes);
  buffer.writeInt32BE(1, 0);
  // Only a hint: a null is an element of length -1 all the same.
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

export function smallintArray<T>(rows: readonly T[], cellOf: (row: T) => number): Buffer {
  const buffer = begin(oids.int2, rows.length, rows.length * 6);
  let at = headerBytes;
  for (const row of rows) {
    buffer.writeInt32BE(2, at);
    buffer.writeInt16BE(cellOf(row), at + 4);
    at += 6;
  }
  return buffer;
}

export function integerArray<T>(rows: readonly T[], cellOf: (row: T) => number): Buffer {
  const buffer = begin(oids.int4, rows.length, rows.length * 8);
  let at = headerBytes;
  for (const row of rows) {
    buffer.writeInt32BE(4, at);
    buffer.writeInt32BE(cellOf(row), at + 4);
    at += 8;
  }
  return buffer;
}

/** @param cellOf safe integers; undefined is NULL. */
export function bigintArray<T>(rows: readonly T[], cellOf: (row: T) => number | undefined): Buffer {
  const buffer = begin(oids.int8, rows.length, rows.length * 12);
  let at = headerBytes;
  for (const row of rows) {
    const value = cellOf(row);
    at = value === undefined ? writeNull(buffer, at) : writeInt8(buffer, at, value);
  }
  return buffer.subarray(0, at);
}

const millisecondsTo2000 = Date.UTC(2000, 0, 1);
/** Beyond it, milliseconds times a thousand are no exact doubles any more (the year 2255). */
const exactMsMax = Math.floor(Number.MAX_SAFE_INTEGER / 1_000);

/** @param msOf milliseconds since 1970; whole ones. */
export function timestampArray<T>(rows: readonly T[], msOf: (row: T) => number): Buffer {
  const buffer = begin(oids.timestamptz, rows.length, rows.length * 12);
  let at = headerBytes;
  for (const row of rows) {
    const ms = Math.trunc(msOf(row)) - millisecondsTo2000;
    if (Math.abs(ms) <= exactMsMax) {
      at = writeInt8(buffer, at, ms * 1_000);
    } else {
      buffer.writeInt32BE(8, at);
      buffer.writeBigInt64BE(BigInt(ms) * 1_000n, at + 4);
      at += 12;
    }
  }
  return buffer;
}

const dayMs = 86_400_000;

/** @param dayOf `2026-01-31`; rows of one day stand together mostly. */
export function dateArray<T>(rows: readonly T[], dayOf: (row: T) => string): Buffer {
  const buffer = begin(oids.date, rows.length, rows.length * 8);
  let at = headerBytes;
  let last = "";
  let daysTo2000 = 0;
  for (const row of rows) {
    const day = dayOf(row);
    if (day !== last) {
      last = day;
      daysTo2000 = Math.round((Date.parse(`${day}T00:00:00Z`) - millisecondsTo2000) / dayMs);
    }
    buffer.writeInt32BE(4, at);
    buffer.writeInt32BE(daysTo2000, at + 4);
    at += 8;
  }
  return buffer;
}

/** @param cellOf in lower case with dashes. */
export function uuidArray<T>(rows: readonly T[], cellOf: (row: T) => string): Buffer {
  const buffer = begin(oids.uuid, rows.length, rows.length * 20);
  let at = headerBytes;
  for (const row of rows) at = writeUuid(buffer, at, cellOf(row));
  return buffer;
}

/** UUIDs of which some are NULL. */
export function optionalUuidArray<T>(
  rows: readonly T[],
  cellOf: (row: T) => string | undefined,
): Buffer {
  const buffer = begin(oids.uuid, rows.length, rows.length * 20);
  let at = headerBytes;
  for (const row of rows) {
    const value = cellOf(row);
    at = value === undefined ? writeNull(buffer, at) : writeUuid(buffer, at, value);
  }
  return buffer.subarray(0, at);
}

/** @param cellOf well-formed text without NUL; null is NULL. */
export function textArray<T>(rows: readonly T[], cellOf: (row: T) => string | null): Buffer {
  let bytes = 0;
  // A UTF-16 unit is at most three bytes of UTF-8.
  for (const row of rows) bytes += 4 + 3 * (cellOf(row)?.length ?? 0);
  const buffer = begin(oids.text, rows.length, bytes);
  let at = headerBytes;
  for (const row of rows) {
    const value = cellOf(row);
    if (value === null) {
      at = writeNull(buffer, at);
      continue;
    }
    const written = buffer.write(value, at + 4, "utf8");
    buffer.writeInt32BE(written, at);
    at += 4 + written;
  }
  return buffer.subarray(0, at);
}

/** @param cellOf JSON text; null is NULL. */
export function jsonbArray<T>(rows: readonly T[], cellOf: (row: T) => string | null): Buffer {
  const version = 1;
  return variableArray(oids.jsonb, rows, (row) => {
    const json = cellOf(row);
    return json === null ? null : Buffer.concat([Buffer.of(version), Buffer.from(json)]);
  });
}

export function byteaArray<T>(rows: readonly T[], cellOf: (row: T) => Buffer | null): Buffer {
  return variableArray(oids.bytea, rows, cellOf);
}

function variableArray<T>(
  oid: number,
  rows: readonly T[],
  cellOf: (row: T) => Buffer | null,
): Buffer {
  const values = rows.map(cellOf);
  const bytes = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 0);
  const buffer = begin(oid, rows.length, bytes);
  let at = headerBytes;
  for (const value of values) {
    if (value === null) {
      at = writeNull(buffer, at);
      continue;
    }
    buffer.writeInt32BE(value.length, at);
    value.copy(buffer, at + 4);
    at += 4 + value.length;
  }
  return buffer;
}

function writeNull(buffer: Buffer, at: number): number {
  buffer.writeInt32BE(-1, at);
  return at + 4;
}

const twoTo32 = 2 ** 32;

function writeInt8(buffer: Buffer, at: number, value: number): number {
  const high = Math.floor(value / twoTo32);
  buffer.writeInt32BE(8, at);
  buffer.writeInt32BE(high, at + 4);
  buffer.writeUInt32BE(value - high * twoTo32, at + 8);
  return at + 12;
}

/** Value of a hexadecimal digit by its character code. */
const digitOf = new Uint8Array(128);
for (let digit = 0; digit < 16; digit++) digitOf[digit.toString(16).charCodeAt(0)] = digit;

function writeUuid(buffer: Buffer, start: number, uuid: string): number {
  let at = start;
  buffer.writeInt32BE(16, at);
  at += 4;
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) index++;
    const high = digitOf[uuid.charCodeAt(index)] ?? 0;
    const low = digitOf[uuid.charCodeAt(index + 1)] ?? 0;
    buffer[at++] = (high << 4) | low;
  }
  return at;
}
