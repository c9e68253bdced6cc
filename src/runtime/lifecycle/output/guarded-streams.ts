import { writeSync } from "node:fs";

/**
 * What becomes of the two streams that a person or a pipe reads. Node's own stream for files takes a
 * write that a full disk cut short for a whole one, and an error that nobody hears ends the process
 * with exit code 1, which here means "violated". So every process of orders writes through this.
 *
 * A descriptor that was closed before the start (`>&-`) is out of reach: Node opens /dev/null in its
 * place before any of our code runs, and nothing tells the two apart.
 */
export interface LostOutput {
  readonly stream: "stdout" | "stderr";
  readonly error: NodeJS.ErrnoException;
}

type Stream = NodeJS.WriteStream & { readonly _type?: string; _write: Write };
type Write = (chunk: Buffer, encoding: BufferEncoding, done: (error?: Error) => void) => void;

const lost = new Map<"stdout" | "stderr", NodeJS.ErrnoException>();
const readerGone = new AbortController();
const stdoutLost = new AbortController();
let goesOn = false;

/** Aborted when the reader of stdout closed its end: `orders … | head`. Its right, no error. */
export const whenReaderGone: AbortSignal = readerGone.signal;

/** Aborted when nothing more can be written to stdout, for whichever reason. */
export const whenStdoutLost: AbortSignal = stdoutLost.signal;

/** @returns the first error of each stream that lost something. */
export function lostOutput(): readonly LostOutput[] {
  return [...lost].map(([stream, error]) => ({ stream, error }));
}

/**
 * For a service, whose output is its log: a full disk must not end it, and what it says once there is
 * room again is written. Everything else writes data, and data with a hole is worse than its first part.
 */
export function goOnAfterLoss(): void {
  goesOn = true;
}

/** Call it before anything is written. */
export function guardOutput(): void {
  // A limit on the size of files would end the process by this signal; heard, the write fails instead.
  process.on("SIGXFSZ", () => {});
  guard("stdout");
  guard("stderr");
}

function guard(name: "stdout" | "stderr"): void {
  const stream = process[name] as unknown as Stream;
  stream.on("error", (error: NodeJS.ErrnoException) => onError(name, error));
  const write = stream._write.bind(stream);
  const isFile = stream._type === "fs";
  const { fd } = stream as unknown as { readonly fd: number };
  stream._write = (chunk, encoding, done) => {
    if (ended(name)) return done();
    if (!isFile) return write(chunk, encoding, done);
    try {
      writeAll(fd, chunk);
    } catch (error) {
      onError(name, error as NodeJS.ErrnoException);
    }
    done();
  };
}

/** All of it, or an error: the system may take less than it is given. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function ended(name: "stdout" | "stderr"): boolean {
  if (name === "stdout" && readerGone.signal.aborted) return true;
  return lost.has(name) && !goesOn;
}

function onError(name: "stdout" | "stderr", error: NodeJS.ErrnoException): void {
  // A socket's reader, as of a remote shell, leaves by a reset.
  const isReaderGone = error.code === "EPIPE" || error.code === "ECONNRESET";
  const isFirst = !lost.has(name) && !isReaderGone;
  if (isFirst) lost.set(name, error);
  if (name !== "stdout") return;
  // Whoever watches a service learns it now; of everything else, the end says it.
  if (isFirst && goesOn) process.stderr.write(`Output is lost (${error.message}); going on\n`);
  if (isReaderGone) readerGone.abort();
  stdoutLost.abort();
}
