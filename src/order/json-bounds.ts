/**
 * What a JSON text may hold before anybody parses it. Bytes alone do not bound the work: four million
 * brackets, or as many keys, keep JSON.parse busy for seconds in which nothing else happens.
 */
export interface JsonBounds {
  /** Arrays and objects inside each other. */
  readonly depthMax: number;
  /** Arrays and objects in all. */
  readonly containersMax: number;
  /** Elements and members in all. */
  readonly valuesMax: number;
  /** Different names of members: each one costs far more than one that was seen before. */
  readonly namesMax: number;
  /** Characters of a number. */
  readonly numberLengthMax: number;
  /** Elements of the outermost array. */
  readonly elementsMax: number;
}

/** Which bound a text exceeds. */
export type JsonExcess = keyof JsonBounds;

/**
 * Walks over the bytes once and ends where a bound is exceeded; what is no JSON is left to the parser.
 * @returns undefined when the text is within its bounds.
 */
export function jsonExcess(bytes: Uint8Array, bounds: JsonBounds): JsonExcess | undefined {
  // Every bound takes as many bytes to exceed: most texts are too short for any.
  if (bytes.length <= shortest(bounds)) return undefined;
  // Most texts are too short for so many names.
  const countsNames = bytes.length > bounds.namesMax;
  const names = new Set<number>();
  let depth = 0;
  let containers = 0;
  let values = 1;
  let elements = 1;
  let outermost: number | undefined;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      const end = endOfString(bytes, at + 1);
      if (countsNames && isName(bytes, end) && names.size <= bounds.namesMax) {
        names.add(hashOf(bytes, at + 1, end));
        if (names.size > bounds.namesMax) return "namesMax";
      }
      at = end;
    } else if (byte === openArray || byte === openObject) {
      outermost ??= byte;
      depth += 1;
      containers += 1;
      values += 1;
      if (depth > bounds.depthMax) return "depthMax";
      if (containers > bounds.containersMax) return "containersMax";
    } else if (byte === closeArray || byte === closeObject) {
      depth -= 1;
    } else if (byte === comma) {
      values += 1;
      if (depth === 1 && outermost === openArray && ++elements > bounds.elementsMax)
        return "elementsMax";
      if (values > bounds.valuesMax) return "valuesMax";
    } else if (isNumberPart(byte)) {
      const start = at;
      while (isNumberPart(bytes[at + 1])) at++;
      if (at + 1 - start > bounds.numberLengthMax) return "numberLengthMax";
    }
  }
  return undefined;
}

function shortest(bounds: JsonBounds): number {
  const { depthMax, containersMax, valuesMax, namesMax, numberLengthMax, elementsMax } = bounds;
  return Math.min(depthMax, containersMax, valuesMax, namesMax, numberLengthMax, elementsMax);
}

/** @returns a sentence's end: what the text has too much of. */
export function describeExcess(excess: JsonExcess, bounds: JsonBounds): string {
  return `${words[excess]} than ${bounds[excess]}`;
}

const words: Readonly<Record<JsonExcess, string>> = {
  depthMax: "is nested deeper",
  containersMax: "has more arrays and objects",
  valuesMax: "has more values",
  namesMax: "has more different field names",
  numberLengthMax: "has a number of more characters",
  elementsMax: "has more elements",
};

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** @returns where the closing quote stands, or the end of the text. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

/** Whether a colon follows the string that ends here. */
function isName(bytes: Uint8Array, end: number): boolean {
  let at = end + 1;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return bytes[at] === colon;
}

/** FNV-1a: two names that share one are counted once, which hardly changes the count. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

function isNumberPart(byte: number | undefined): boolean {
  // 0 to 9, and what stands among them: + - . e E
  if (byte === undefined) return false;
  if (byte >= 0x30 && byte <= 0x39) return true;
  return byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x65 || byte === 0x45;
}
