import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Failure } from "../failure/failure.ts";
import { cannotWrite, writeTrouble } from "../failure/write-trouble.ts";
import { GzipAppender } from "./gzip-appender.ts";
import type { HistoryRun } from "./history.ts";
import { changeLine, endLine, headerLine, intentLine, outcomeLine } from "./history-lines.ts";
import type { Answer } from "./target.ts";
import type { OrderChange, PlannedOrder } from "./workload.ts";

/** What gathers is handed over at this length at the latest: outcomes may wait for long. */
const gatheredCharactersMax = 64 * 1_024;

/**
 * Writes a history to a file, in the format of history-lines.ts. Lines gather until `commit`, which
 * hands them to the kernel before it returns: what was committed outlives a kill -9 of the process.
 * A disk that is slower than the load makes `commit` wait, and so the load late, which is measured.
 */
export interface HistoryWriter {
  readonly path: string;
  /** Before everything else: the header. */
  begin(run: HistoryRun): void;
  /**
   * An order that will be sent. Commit before its first byte leaves.
   * @param dueAtMs like all times here, milliseconds since the epoch.
   * @returns the number by which the others know it.
   */
  intent(order: PlannedOrder, dueAtMs: number, warmUp?: boolean): number;
  /** @param change what is asked of the order now: commit before that leaves. */
  outcome(
    n: number,
    answer: Answer,
    sentAtMs: number | undefined,
    answeredAtMs: number,
    change?: OrderChange,
  ): void;
  /** What came of a change. */
  changed(n: number, change: OrderChange, answer: Answer, answeredAtMs: number): void;
  /** @returns false when the kernel did not take it all: see `error`. */
  commit(): boolean;
  /** What the disk refused first; nothing is written after it. */
  readonly error: Error | undefined;
  /** Commits the rest, syncs it to disk and closes. */
  close(): Promise<void>;
}

/**
 * @param path a file that does not exist yet: a history is evidence, and is not overwritten. 0600.
 *   `.gz`: compressed.
 * @throws Failure("usage") when it exists or cannot be made, Failure("output") when the disk is full.
 */
export async function openHistory(path: string): Promise<HistoryWriter> {
  const unknown = /\.(br|zst|xz|bz2|lz4|zip)$/i.exec(path)?.[0];
  if (unknown !== undefined) throw notCompressedSo(unknown);
  let file: FileHandle;
  try {
    file = await open(path, "wx", 0o600);
  } catch (cause) {
    throw cannotMake(path, cause);
  }
  return new FileHistory(path, file, /\.gz$/i.test(path));
}

class FileHistory implements HistoryWriter {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #gzip: GzipAppender | undefined;
  #startedAtMs = 0;
  #orders = 0;
  #gathered = "";
  #error: Error | undefined;
  readonly #encoding = Buffer.allocUnsafeSlow(4 * gatheredCharactersMax);

  constructor(path: string, file: FileHandle, compressed: boolean) {
    this.path = path;
    this.#file = file;
    this.#gzip = compressed ? new GzipAppender(file.fd) : undefined;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  begin(run: HistoryRun): void {
    this.#startedAtMs = run.startedAtMs;
    this.#gather(headerLine(run));
  }

  intent(order: PlannedOrder, dueAtMs: number, warmUp = false): number {
    const n = this.#orders++;
    this.#gather(intentLine(n, order, this.#us(dueAtMs), warmUp));
    return n;
  }

  outcome(
    n: number,
    answer: Answer,
    sentAtMs: number | undefined,
    answeredAtMs: number,
    change?: OrderChange,
  ): void {
    const sentUs = sentAtMs === undefined ? undefined : this.#us(sentAtMs);
    this.#gather(outcomeLine(n, answer, sentUs, this.#us(answeredAtMs), change));
  }

  changed(n: number, change: OrderChange, answer: Answer, answeredAtMs: number): void {
    this.#gather(changeLine(n, change, answer, this.#us(answeredAtMs)));
  }

  commit(): boolean {
    if (this.#error !== undefined) return false;
    if (this.#gathered === "") return true;
    const text = this.#gathered;
    this.#gathered = "";
    try {
      const bytes = this.#encoded(text);
      if (this.#gzip !== undefined) this.#gzip.append(bytes);
      else writeWhole(this.#file.fd, bytes);
      return true;
    } catch (error) {
      this.#error = cannotWrite(`the history ${this.path}`, error);
      return false;
    }
  }

  async close(): Promise<void> {
    this.#gather(endLine(this.#orders));
    this.commit();
    try {
      if (this.#error === undefined) {
        this.#gzip?.compress();
        await this.#file.datasync();
      }
      await this.#file.close();
    } catch (error) {
      this.#error ??= cannotWrite(`the history ${this.path}`, error);
    }
  }

  /** Into one buffer over and over: to make one for each commit costs more than to fill it. */
  #encoded(text: string): Uint8Array {
    // A character of UTF-16 takes three bytes at most.
    if (text.length * 3 > this.#encoding.length) return Buffer.from(text);
    return this.#encoding.subarray(0, this.#encoding.write(text));
  }

  #gather(line: string): void {
    if (this.#error !== undefined) return;
    this.#gathered += line;
    if (this.#gathered.length >= gatheredCharactersMax) this.commit();
  }

  #us(atMs: number): number {
    return Math.round((atMs - this.#startedAtMs) * 1_000);
  }
}

/** Only a nearly full disk takes a part. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(fd, bytes, from);
}

function notCompressedSo(ending: string): Failure {
  return new Failure("usage", {
    what: `a history is not compressed as ${ending}`,
    remedy: "name it FILE.gz to have it compressed, or FILE.ndjson",
  });
}

export function historyExists(path: string, options?: ErrorOptions): Failure {
  return new Failure(
    "usage",
    {
      what: `${path} exists already`,
      meaning: "a history is evidence for audits; it is never overwritten",
      remedy: "choose another name, or remove the file",
    },
    options,
  );
}

function cannotMake(path: string, cause: unknown): Failure {
  if (writeTrouble(cause) !== undefined) return cannotWrite(`the history ${path}`, cause);
  if ((cause as { code?: unknown }).code === "EEXIST") return historyExists(path, { cause });
  return new Failure(
    "usage",
    {
      what: `the history ${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
      remedy: "choose a path in a directory that exists and is writable",
    },
    { cause },
  );
}
