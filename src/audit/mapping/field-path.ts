/** Names and indexes that lead to a value in a JSON document, from the outside in; none: all of it. */
export type FieldPath = readonly string[];

/**
 * @param text a JSON pointer (RFC 6901: /order/lines/0, with ~1 for a slash and ~0 for a tilde), or
 *   names with dots between them (order.lines[0]); a name that has a dot itself needs a pointer.
 * @returns undefined when it is neither.
 */
export function parseFieldPath(text: string): FieldPath | undefined {
  if (text.startsWith("/")) return parsePointer(text);
  const path: string[] = [];
  for (const part of text.split(".")) {
    const [, name = "", indexes = ""] = /^([^[\]]*)((?:\[\d+\])*)$/.exec(part) ?? [];
    if (name === "" && indexes === "") return undefined;
    if (name !== "") path.push(name);
    else if (path.length > 0) return undefined;
    for (const [, index = ""] of indexes.matchAll(/\[(\d+)\]/g)) path.push(index);
  }
  return path;
}

function parsePointer(text: string): FieldPath | undefined {
  const parts = text.slice(1).split("/");
  if (parts.some((part) => /~(?![01])/.test(part))) return undefined;
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

const plainName = /^[^.[\]/~]+$/;

/** As `parseFieldPath` reads it. */
export function fieldPathText(path: FieldPath): string {
  if (path.length > 0 && path.every((name) => plainName.test(name))) return path.join(".");
  return path.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** @returns undefined where the document has nothing there. */
export function valueAt(document: unknown, path: FieldPath): unknown {
  let value = document;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/**
 * Puts a value into a document, and makes what leads to it: arrays where the next step is an index,
 * else objects.
 * @param document an object, or an array.
 * @param path not empty.
 */
export function putAt(document: object, path: FieldPath, value: unknown): void {
  let place = document as Record<string, unknown>;
  for (const [step, name] of path.entries()) {
    const next = path[step + 1];
    if (next === undefined) {
      put(place, name, value);
      return;
    }
    let inner = Object.hasOwn(place, name) ? place[name] : undefined;
    if (typeof inner !== "object" || inner === null) {
      inner = /^\d+$/.test(next) ? [] : {};
      put(place, name, inner);
    }
    place = inner as Record<string, unknown>;
  }
}

/** A name such as __proto__ is one like every other. */
function put(place: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(place, name, {
    ...{ value, enumerable: true, writable: true, configurable: true },
  });
}
