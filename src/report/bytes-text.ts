import { isUtf8 } from "node:buffer";
import { shown } from "./terminal.ts";

/** Bytes in JSON: text where they are text, else base64, so that nothing is lost or changed. */
export interface BytesJson {
  readonly text: string | null;
  /** null: there are no bytes at all (a tombstone, a message without a key). */
  readonly encoding: "utf8" | "base64" | null;
}

export function bytesJson(bytes: Buffer | null): BytesJson {
  if (bytes === null) return { text: null, encoding: null };
  if (isUtf8(bytes)) return { text: bytes.toString("utf8"), encoding: "utf8" };
  return { text: bytes.toString("base64"), encoding: "base64" };
}

/** Pure: one line that cannot steer a terminal; bytes that are no UTF-8, and control characters, as \xNN. */
export function bytesText(bytes: Buffer): string {
  if (isUtf8(bytes)) return shown(bytes.toString("utf8"));
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const character = bytes.subarray(at, at + sequenceLength(bytes[at] ?? 0));
    if (isUtf8(character)) {
      parts.push(shown(character.toString("utf8")));
      at += character.length;
    } else {
      parts.push(`\\x${bytes.toString("hex", at, at + 1)}`);
      at += 1;
    }
  }
  return parts.join("");
}

/** What a lead byte promises; a wrong one is a single byte. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

const bytesPerLine = 16;

/** Pure: as `hexdump -C`: offset, bytes, and what of them is printable ASCII. */
export function hexDump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    const line = bytes.subarray(at, at + bytesPerLine);
    const hex = [...line].map((byte) => byte.toString(16).padStart(2, "0"));
    const left = hex.slice(0, 8).join(" ").padEnd(23);
    const right = hex.slice(8).join(" ").padEnd(23);
    const text = line.toString("latin1").replace(/[^ -~]/g, ".");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${left}  ${right}  |${text}|`);
  }
  return lines.join("\n");
}
