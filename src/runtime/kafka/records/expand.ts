/** A batch, or a part of it, holds more than may be taken in. */
export class ExpandsTooFar extends Error {
  constructor() {
    super(`it expands beyond ${limitBytes} bytes`);
  }
}

/** What a record costs at the least, however small it is: the objects that stand for it. */
export const recordCostBytes = 64;

let limitBytes = 64 * 1024 * 1024;

/** @param bytes what one batch may become when it is decompressed; one record counts 64 at the least. */
export function limitExpansion(bytes: number): void {
  limitBytes = bytes;
}

export function expansionLimit(): number {
  return limitBytes;
}
