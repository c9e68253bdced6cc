import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { cannotWrite, writeTrouble } from "../../failure/write-trouble.ts";
import type { Slice } from "../slice.ts";
import { bodyLine, headerLine, type RunHeader, sliceLine } from "./run-lines.ts";
import { runFileName } from "./run-names.ts";

/** A disk that does not answer may keep so much waiting; after it, the file is given up. */
const waitingCharactersMax = 64 * 1_024 * 1_024;
/** Runs of one name that begin in the same millisecond. */
const sameNameMax = 100;

/** Writes a run down while it happens: a line is on its way to the file when its call returns. */
export interface RunFileWriter {
  readonly path: string;
  readonly name: string;
  slice(slice: Slice): void;
  /** A line of another kind: what was found out after the load. */
  line(kind: string, body: object): void;
  /** What the disk refused first; nothing is written after it, and the load goes on. */
  readonly error: Failure | undefined;
  /** Writes the rest, syncs it to disk and closes. Never rejects; see `error`. */
  close(): Promise<void>;
  /** The same for a load that came to nothing: where no second was told, nothing is left. */
  giveUp(): Promise<void>;
}

/**
 * @param directory of runs; made where it is not there, for its owner alone.
 * @throws Failure("output") when it cannot be made, or not be written to.
 */
export async function openRunFile(directory: string, header: RunHeader): Promise<RunFileWriter> {
  let opened: { readonly path: string; readonly name: string; readonly file: FileHandle };
  try {
    makePrivateDirectory(directory);
    opened = await openFresh(directory, header);
  } catch (cause) {
    throw unwritable(directory, cause);
  }
  const writer = new RunFile(opened);
  writer.write(headerLine(header));
  await writer.written();
  if (writer.error === undefined) return writer;
  await writer.close();
  throw unwritable(directory, writer.error.cause);
}

/** Two that begin at once, or one that is repeated under its old id, get names of their own. */
async function openFresh(directory: string, header: RunHeader) {
  for (let again = 1; ; again++) {
    const name = runFileName(new Date(header.started_at), header.run_id, again);
    const path = join(directory, name);
    try {
      const file = await open(path, "wx", 0o600);
      // Whatever the umask took away: its own writer must be able to read it.
      await file.chmod(0o600);
      return { path, name, file };
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EEXIST";
      if (!isTaken || again >= sameNameMax) throw error;
    }
  }
}

/** Part by part, since a umask of 0777 would shut us out of the first. What is there stays as it is. */
function makePrivateDirectory(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makePrivateDirectory(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  chmodSync(path, 0o700);
}

class RunFile implements RunFileWriter {
  readonly path: string;
  readonly name: string;
  readonly #file: FileHandle;
  #waitingCharacters = 0;
  #slices = 0;
  /** Writes follow each other on this chain; it never rejects. */
  #chain: Promise<void> = Promise.resolve();
  #error: Failure | undefined;

  constructor({ path, name, file }: { path: string; name: string; file: FileHandle }) {
    this.path = path;
    this.name = name;
    this.#file = file;
  }

  get error(): Failure | undefined {
    return this.#error;
  }

  slice(slice: Slice): void {
    this.#slices++;
    this.write(sliceLine(slice));
  }

  line(kind: string, body: object): void {
    this.write(bodyLine(kind, body));
  }

  write(text: string): void {
    if (this.#error !== undefined) return;
    if (this.#waitingCharacters + text.length > waitingCharactersMax) {
      this.#fail(Object.assign(new Error("the disk does not answer"), { syscall: "write" }));
      return;
    }
    this.#waitingCharacters += text.length;
    this.#chain = this.#chain.then(() => this.#append(text));
  }

  written(): Promise<void> {
    return this.#chain;
  }

  async close(): Promise<void> {
    await this.#chain;
    try {
      if (this.#error === undefined) await this.#file.datasync();
    } catch (error) {
      this.#fail(error);
    }
    await this.#file.close().catch((error: unknown) => this.#fail(error));
  }

  async giveUp(): Promise<void> {
    await this.close();
    if (this.#slices === 0) await rm(this.path, { force: true }).catch(() => {});
  }

  async #append(text: string): Promise<void> {
    try {
      if (this.#error === undefined) await this.#file.appendFile(text);
    } catch (error) {
      this.#fail(error);
    }
    this.#waitingCharacters -= text.length;
  }

  #fail(cause: unknown): void {
    const kept = "the run itself is told of in full; only what was written before that stays";
    this.#error ??= cannotWrite(`the run's file ${this.path}`, cause, kept);
  }
}

function unwritable(directory: string, cause: unknown): Failure {
  const why = writeTrouble(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new Failure(
    "output",
    {
      what: `the run cannot be written down in ${directory}: ${why}`,
      meaning: "no order was sent",
      remedy: "let XDG_STATE_HOME name a place that can be written to, or give --no-run-file",
    },
    { cause },
  );
}
