import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Lines longer than this are cut: a log line is for a person. */
const lineLengthMax = 64 * 1024;
const chunkBytes = 64 * 1024;

export interface TailPosition {
  readonly lines: readonly string[];
  /** Where the file ended: following goes on from here. */
  readonly endBytes: number;
}

/** @returns the last `count` lines, read backwards from the end; none when there is no such file. */
export function lastLines(path: string, count: number): TailPosition {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return { lines: [], endBytes: 0 };
  }
  try {
    const endBytes = fstatSync(file).size;
    const chunks: Buffer[] = [];
    let newlines = 0;
    for (let end = endBytes; end > 0 && newlines <= count; ) {
      const start = Math.max(0, end - chunkBytes);
      const chunk = Buffer.alloc(end - start);
      readSync(file, chunk, 0, chunk.length, start);
      chunks.unshift(chunk);
      for (const byte of chunk) if (byte === 10) newlines++;
      end = start;
    }
    const lines = Buffer.concat(chunks).toString("utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    return { lines: count === 0 ? [] : lines.slice(-count).map(cut), endBytes };
  } finally {
    closeSync(file);
  }
}

/**
 * Writes each line that is appended after `fromBytes`, until the signal. A file that became shorter
 * was rotated and is read from its start; a file that is not there yet is waited for.
 */
export async function followFile(
  path: string,
  fromBytes: number,
  signal: AbortSignal,
  write: (line: string) => void,
): Promise<void> {
  let position = fromBytes;
  let rest = "";
  const buffer = Buffer.alloc(chunkBytes);
  // A character may be split between two reads: the decoder keeps its first bytes.
  let decoder = new TextDecoder();
  while (!signal.aborted) {
    const read = readAt(path, buffer, position);
    if (read === "shorter") {
      position = 0;
      rest = "";
      decoder = new TextDecoder();
      continue;
    }
    if (read === 0) {
      await pause(150, undefined, { signal }).catch(() => {});
      continue;
    }
    position += read;
    const lines = (rest + decoder.decode(buffer.subarray(0, read), { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, lineLengthMax);
    for (const line of lines) write(cut(line));
  }
}

function readAt(path: string, buffer: Buffer, position: number): number | "shorter" {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return 0;
  }
  try {
    if (fstatSync(file).size < position) return "shorter";
    return readSync(file, buffer, 0, buffer.length, position);
  } finally {
    closeSync(file);
  }
}

function cut(line: string): string {
  return line.length > lineLengthMax ? `${line.slice(0, lineLengthMax)}…` : line;
}
