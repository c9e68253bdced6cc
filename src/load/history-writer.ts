import { type FileHandle, open } from "node:fs/promises";
import { Failure } from "../failure/failure.ts";
import { cannotWrite, writeTrouble } from "../failure/write-trouble.ts";
import { type HistoryEntry, historyLine } from "./history.ts";

/** Lines go to the file in pieces of about this size, or when flush is called. */
const pieceCharacters = 64 * 1_024;

/** More than this unwritten, and the load must wait for the disk. */
const waitingCharactersMax = 16 * 1_024 * 1_024;

/**
 * Streams a history to a file. Never blocks and never grows without bound: when the disk is slower
 * than the load, `full` turns true, and whoever writes waits for `room()`.
 */
export interface HistoryWriter {
  readonly path: string;
  write(entry: HistoryEntry): void;
  /** Hands what has gathered to the disk, so that a kill -9 costs little. */
  flush(): void;
  readonly full: boolean;
  /** Resolves when there is room again, or at the first error. */
  room(): Promise<void>;
  /** What the disk refused first; nothing is written after it. */
  readonly error: Error | undefined;
  /** Writes the rest, syncs it to disk and closes. */
  close(): Promise<void>;
}

/**
 * @param path a file that does not exist yet: a history is evidence, and is not overwritten. 0600.
 * @throws Failure("usage") when it exists or cannot be made, Failure("output") when the disk is full.
 */
export async function openHistory(path: string): Promise<HistoryWriter> {
  let file: FileHandle;
  try {
    file = await open(path, "wx", 0o600);
  } catch (cause) {
    throw cannotMake(path, cause);
  }
  return new FileHistory(path, file);
}

class FileHistory implements HistoryWriter {
  readonly path: string;
  readonly #file: FileHandle;
  #gathering = "";
  #waitingCharacters = 0;
  /** Writes follow each other on this chain; it never rejects. */
  #written: Promise<void> = Promise.resolve();
  #error: Error | undefined;
  #onRoom: (() => void)[] = [];

  constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  get full(): boolean {
    return this.#error === undefined && this.#waitingCharacters >= waitingCharactersMax;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  write(entry: HistoryEntry): void {
    if (this.#error !== undefined) return;
    this.#gathering += historyLine(entry);
    if (this.#gathering.length >= pieceCharacters) this.flush();
  }

  flush(): void {
    if (this.#gathering === "") return;
    const piece = this.#gathering;
    this.#gathering = "";
    this.#waitingCharacters += piece.length;
    this.#written = this.#written.then(() => this.#append(piece));
  }

  room(): Promise<void> {
    if (!this.full) return Promise.resolve();
    return new Promise((resolve) => this.#onRoom.push(resolve));
  }

  async close(): Promise<void> {
    this.flush();
    await this.#written;
    try {
      if (this.#error === undefined) await this.#file.datasync();
      await this.#file.close();
    } catch (error) {
      this.#error ??= cannotWrite(`the history ${this.path}`, error);
    }
  }

  async #append(piece: string): Promise<void> {
    try {
      if (this.#error === undefined) await this.#file.appendFile(piece);
    } catch (error) {
      this.#error = cannotWrite(`the history ${this.path}`, error);
    }
    this.#waitingCharacters -= piece.length;
    if (this.full) return;
    for (const resolve of this.#onRoom.splice(0)) resolve();
  }
}

function cannotMake(path: string, cause: unknown): Failure {
  if (writeTrouble(cause) !== undefined) return cannotWrite(`the history ${path}`, cause);
  const exists = (cause as { code?: unknown }).code === "EEXIST";
  return new Failure(
    "usage",
    exists
      ? {
          what: `${path} exists already`,
          meaning: "a history is evidence for audits; it is never overwritten",
          remedy: "choose another name, or remove the file",
        }
      : {
          what: `the history ${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
          remedy: "choose a path in a directory that exists and is writable",
        },
    { cause },
  );
}
