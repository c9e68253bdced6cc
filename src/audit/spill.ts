import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { writeTrouble } from "../failure/write-trouble.ts";

/** Lines of one side in one bucket: what has been written of them, and what waits to be. */
interface Stream {
  readonly waiting: Buffer;
  used: number;
  readonly written: { readonly at: number; readonly bytes: number }[];
}

interface SpillOptions {
  readonly segmentBytes?: number;
  readonly directory?: string | undefined;
  readonly openFile?: () => number;
}

const newline = 10;
/** Of one UTF-16 unit. */
const utf8BytesMax = 3;

/**
 * More lines than memory holds, by a key: all of one key come together in one of 256 buckets, whatever
 * their side, so that the sides can be joined one bucket after the other. Each bucket keeps 16 KiB of
 * each side in memory; the rest goes to one temporary file, which is made when it is needed first and
 * has no name: it is gone when the process is, however that ends. Synchronous, since a line takes a
 * microsecond, and what is written goes to the page cache.
 */
export class Spill<Side extends string> {
  static readonly buckets = 256;
  readonly #segmentBytes: number;
  readonly #openFile: () => number;
  readonly #directory: string;
  readonly #streams = new Map<Side, Stream[]>();
  #file: number | undefined;
  #bytes = 0;

  /** @param options.directory of the file; undefined: the system's for temporary ones. */
  constructor({ segmentBytes = 16_384, directory, openFile }: SpillOptions = {}) {
    this.#segmentBytes = segmentBytes;
    this.#directory = directory ?? tmpdir();
    // A directory of ours is made when it is needed; that of the system is there, or misnamed.
    if (directory === undefined) this.#openFile = openFile ?? (() => openNameless(tmpdir()));
    else this.#openFile = openFile ?? (() => openNameless(made(directory)));
  }

  /** On disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param line without a line feed.
   * @throws Failure("output") when the disk does not take it.
   */
  put(side: Side, key: string, line: string): void {
    const stream = this.#stream(side, bucketOf(key));
    const bytesMax = utf8BytesMax * line.length + 1;
    if (stream.used + bytesMax > this.#segmentBytes && stream.used > 0) {
      this.#write(stream, stream.waiting.subarray(0, stream.used));
      stream.used = 0;
    }
    if (bytesMax > this.#segmentBytes) this.#write(stream, Buffer.from(`${line}\n`));
    else {
      stream.used += stream.waiting.write(line, stream.used);
      stream.waiting[stream.used++] = newline;
    }
  }

  /** The lines of one side in one bucket, in the order in which they were put. */
  *lines(side: Side, bucket: number): Generator<string> {
    const stream = this.#streams.get(side)?.[bucket];
    if (stream === undefined) return;
    for (const { at, bytes } of stream.written) yield* linesIn(this.#read(at, bytes));
    if (stream.used > 0) yield* linesIn(stream.waiting.subarray(0, stream.used));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #stream(side: Side, bucket: number): Stream {
    const ofSide = this.#streams.get(side) ?? [];
    if (ofSide.length === 0) this.#streams.set(side, ofSide);
    ofSide[bucket] ??= { waiting: Buffer.allocUnsafe(this.#segmentBytes), used: 0, written: [] };
    return ofSide[bucket];
  }

  #write(stream: Stream, data: Buffer): void {
    try {
      this.#file ??= this.#openFile();
      for (let done = 0; done < data.length; ) {
        done += writeSync(this.#file, data, done, data.length - done, this.#bytes + done);
      }
    } catch (error) {
      throw cannotSpill(error, this.#directory);
    }
    stream.written.push({ at: this.#bytes, bytes: data.length });
    this.#bytes += data.length;
  }

  #read(at: number, bytes: number): Buffer {
    const data = Buffer.allocUnsafe(bytes);
    try {
      for (let done = 0; done < bytes; ) {
        const read = readSync(this.#file ?? -1, data, done, bytes - done, at + done);
        if (read === 0) throw new Error("it is shorter than what was written");
        done += read;
      }
    } catch (error) {
      throw cannotSpill(error, this.#directory);
    }
    return data;
  }
}

function linesIn(data: Buffer): readonly string[] {
  return data.toString("utf8", 0, data.length - 1).split("\n");
}

/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % Spill.buckets;
}

function made(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** Open, it needs no name; without one, nobody has to remove it. Nothing is made before it is needed. */
function openNameless(parent: string): number {
  const directory = mkdtempSync(join(parent, "orders-audit-"));
  try {
    return openSync(join(directory, "spill"), "wx+", 0o600);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function cannotSpill(cause: unknown, directory: string): Failure {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const why = writeTrouble(cause);
  return new Failure(
    "output",
    {
      what: `the audit's temporary file in ${directory} cannot be used: ${why === undefined ? message : `${why} (${code})`}`,
      meaning: "without it the order rows cannot be held against the log, so there is no verdict",
      remedy:
        "make room there, or name a directory that has room in TMPDIR (of the ledger: XDG_STATE_HOME)",
    },
    { cause },
  );
}
