import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseOrderMessage } from "../../../src/order/order-message.ts";
import { readText } from "../../../src/order/read-text.ts";

const json =
  '{"order_id":"0190a6d0-0000-7000-8000-000000000001","customer_id":"c","product_id":"p","quantity":1,"amount":1}';

function utf32(text: string, mark: boolean, little: boolean): Buffer {
  const points = [...(mark ? "\ufeff" : ""), ...text].map((char) => char.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) {
    if (little) bytes.writeUInt32LE(point, index * 4);
    else bytes.writeUInt32BE(point, index * 4);
  }
  return bytes;
}

const utf16le = Buffer.from(json, "utf16le");
const utf16be = Buffer.from(utf16le).swap16();

it.each([
  ["UTF-16", utf16le],
  ["UTF-16", utf16be],
  ["UTF-16", Buffer.from(`\ufeff${json}`, "utf16le")],
  ["UTF-16", Buffer.from(`\ufeff${json}`, "utf16le").swap16()],
  ["UTF-32", utf32(json, false, true)],
  ["UTF-32", utf32(json, false, false)],
  ["UTF-32", utf32(json, true, true)],
  ["UTF-32", utf32(json, true, false)],
  ["gzip", gzipSync(json)],
  ["not UTF-8", Buffer.from([0x7b, 0x22, 0xff])],
])("names %s as what it is, in a message as in a body", (name, bytes) => {
  const text = readText(bytes);
  expect(text.ok ? "" : text.found).toContain(name);
  const parsed = parseOrderMessage(bytes, 0);
  expect(parsed).toMatchObject({ ok: false, invalid: { reason: "not_utf8" } });
  if (!parsed.ok) expect(parsed.invalid.detail).toContain(name);
});

it("takes a byte order mark off UTF-8, and leaves the rest as it is", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(readText(Buffer.from(text))).toEqual({ ok: true, bytes: Buffer.from(text) });
      const marked = readText(Buffer.from(`\ufeff${text}`));
      expect(marked.ok && String(marked.bytes)).toBe(text);
    }),
  );
  expect(parseOrderMessage(Buffer.from(`\ufeff${json}`), 0)).toEqual(
    parseOrderMessage(Buffer.from(json), 0),
  );
});
