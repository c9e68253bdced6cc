import { Failure } from "./failure.ts";

/** What a machine may answer to a write, whatever is written: codes of errno, in words. */
const troubles: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than this user or file system may make one",
  EIO: "the device does not take it (input/output error)",
  ENXIO: "the device is gone",
  ENODEV: "the device is gone",
  EBADF: "it is not open for writing",
};

/** These say that a write failed, whatever call they came from. */
const ofSpace = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** @returns why a write failed, in words, or undefined when the error is of another kind. */
export function writeTrouble(error: unknown): string | undefined {
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  const isWrite = ofSpace.has(code) || /^(write|fsync|fdatasync|close)/.test(syscall ?? "write");
  return isWrite ? troubles[code] : undefined;
}

/**
 * @param what it is for a person: "the page bench.html", "the standard output".
 * @param kept what stands there now: "the former page is as it was".
 * @returns the failure to end with: exit code 7, which is no verdict.
 */
export function cannotWrite(what: string, cause: unknown, kept?: string): Failure {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const why = writeTrouble(cause);
  return new Failure(
    "output",
    {
      what: `${what} could not be written: ${why === undefined ? message : `${why} (${code})`}`,
      ...(kept === undefined ? {} : { meaning: kept }),
      remedy: ofSpace.has(code) ? "make room, or write to another place" : "write to another place",
    },
    { cause },
  );
}
