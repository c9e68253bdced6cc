import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip, constants as zlib } from "node:zlib";
import { Failure } from "../failure/failure.ts";
import type { HistoryEntry } from "./history.ts";
import { BadLine } from "./history-fields.ts";
import { HistoryJoin } from "./history-join.ts";

const pieceBytes = 256 * 1_024;

/** Far above the longest line of a load: a file without line feeds must not be held as a whole. */
const lineBytesMax = 16 * 1_024 * 1_024;

const lineFeed = 10;

/** How a history ends. */
export interface HistoryEnd {
  /** The load that wrote it came to its end; always false of format 1, which does not say. */
  readonly closed: boolean;
  /** The last line was cut, as by a kill or a full disk; it is left out. */
  readonly cut: boolean;
  /** Orders of which an intent was recorded and no outcome, for themselves or their change. */
  readonly withoutOutcome: number;
}

/**
 * Reads a history back, one order at a time, each when it was settled. One without an outcome, which
 * a killed load leaves, comes last, as `unknown`. Memory grows with what was in flight, not with the
 * file.
 * @param onEnd is called after the last order.
 * @throws Failure("usage") when the file cannot be read or a line is none of a history.
 */
export async function* readHistory(
  path: string,
  onEnd?: (end: HistoryEnd) => void,
): AsyncGenerator<HistoryEntry> {
  for await (const entries of readHistoryPieces(path, onEnd)) {
    for (const entry of entries) yield entry;
  }
}

/** The same, some hundred orders at a time: where there are millions, each wait counts. */
export async function* readHistoryPieces(
  path: string,
  onEnd: (end: HistoryEnd) => void = () => {},
): AsyncGenerator<readonly HistoryEntry[]> {
  const join = new HistoryJoin();
  let entries: HistoryEntry[] = [];
  let cut = false;
  const onCut = () => {
    cut = true;
  };
  for await (const _ of readLines(path, add, onCut)) {
    if (entries.length === 0) continue;
    yield entries;
    entries = [];
  }
  const rest = join.rest();
  if (rest.length > 0) yield rest;
  onEnd({ closed: join.closed, cut, withoutOutcome: rest.length });

  function add(line: string): void {
    const entry = join.add(line);
    if (entry !== undefined) entries.push(entry);
  }
}

/**
 * Yields after some hundred lines each time.
 * @param onLine is called with each line, without its line feed; what it throws as BadLine is told with
 *   file and line.
 * @param onCut is told when the last line has no line feed; it is left out.
 * @param bytesAtOnce how much is read, and handed over, without letting anything else run.
 * @throws Failure("usage") when the file cannot be read, or for a BadLine.
 */
export async function* readLines(
  path: string,
  onLine: (line: string) => void,
  onCut: () => void = () => {},
  bytesAtOnce = pieceBytes,
): AsyncGenerator<void> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of openBytes(path, bytesAtOnce)) {
      const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      let from = 0;
      for (let to = bytes.indexOf(lineFeed); to >= 0; to = bytes.indexOf(lineFeed, from)) {
        number++;
        onLine(bytes.toString("utf8", from, to));
        from = to + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > lineBytesMax) throw new BadLine("it is longer than any line of a history");
      yield;
    }
  } catch (cause) {
    if (cause instanceof BadLine) throw notALine(`${path}:${number}`, cause);
    // Of the file system or of what unpacks; anything else is a fault of ours.
    throw typeof (cause as { code?: unknown }).code === "string" ? unreadable(path, cause) : cause;
  }
  if (rest.length > 0) onCut();
}

/** A compressed file that was cut gives what can be read of it. */
function openBytes(path: string, bytesAtOnce: number): Readable {
  const file = createReadStream(path, { highWaterMark: bytesAtOnce });
  if (!/\.gz$/i.test(path)) return file;
  const gunzip = createGunzip({ finishFlush: zlib.Z_SYNC_FLUSH, chunkSize: bytesAtOnce });
  // An error of either ends the other, and is thrown to who reads.
  return pipeline(file, gunzip, () => {});
}

function unreadable(path: string, cause: unknown): Failure {
  return new Failure(
    "usage",
    {
      what: `the history ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      remedy: "give the file that `orders produce --history FILE` wrote",
    },
    { cause },
  );
}

function notALine(where: string, { message }: BadLine): Failure {
  return new Failure("usage", {
    what: `${where} is no line of a history: ${message}`,
    remedy: "give the file that `orders produce --history FILE` wrote, unchanged",
  });
}
