import pino, { type Logger } from "pino";
import { safeJson, shownJson } from "../../../failure/shown.ts";

export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ServiceLogOptions {
  readonly level: LogLevel;
  /**
   * A service's log is its data, so it goes to stdout, where containers and supervisors collect it;
   * under --json stdout belongs to the result, and the log goes to stderr.
   */
  readonly to: "stdout" | "stderr";
  /** Which of several processes this is, from 1. */
  readonly instance?: number;
}

/** Beyond this unread, lines are left out, and counted: a reader that stopped must not cost the memory. */
const unreadBytesMax = 4 * 1024 * 1024;

/** JSON lines, written at once where nobody is slow: the last words of a dying process are in the log. */
export function createServiceLog({ level, to, instance }: ServiceLogOptions): Logger {
  return pino(
    {
      level,
      base: instance === undefined ? null : { instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    boundedStream(process[to]),
  );
}

/** By the process's own stream: it knows what to do when the disk is full or the reader is gone. */
function boundedStream(stream: NodeJS.WriteStream): { write(line: string): void } {
  let leftOut = 0;
  return {
    write(line) {
      if (stream.writableLength > unreadBytesMax) {
        leftOut += 1;
        return;
      }
      if (leftOut > 0) {
        const msg = `${leftOut} lines were left out: nobody read them`;
        stream.write(`${shownJson({ level: "warn", time: new Date().toISOString(), msg })}\n`);
        leftOut = 0;
      }
      // What a request brought along must not steer the terminal on which the log is read.
      stream.write(safeJson(line));
    },
  };
}

const errorEveryMs = 1_000;

/**
 * A thousand requests that fail for one reason are one line a second, not a thousand.
 * @returns a function that logs an error, or counts it for the next line.
 */
export function limitErrors(log: Logger): (message: string) => void {
  let lastAtMs = Number.NEGATIVE_INFINITY;
  let suppressed = 0;
  return (message) => {
    const nowMs = performance.now();
    if (nowMs - lastAtMs < errorEveryMs) {
      suppressed += 1;
      return;
    }
    lastAtMs = nowMs;
    if (suppressed === 0) log.error(message);
    else log.error({ suppressed }, message);
    suppressed = 0;
  };
}
