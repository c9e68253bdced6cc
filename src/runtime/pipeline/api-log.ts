import pino, { type Logger } from "pino";

export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ApiLogOptions {
  readonly level: LogLevel;
  /**
   * A service's log is its data, so it goes to stdout, where containers and supervisors collect it;
   * under --json stdout belongs to the result, and the log goes to stderr.
   */
  readonly to: "stdout" | "stderr";
  /** Which of several processes this is, from 1. */
  readonly instance?: number;
}

/** JSON lines, written synchronously: the last words of a dying process are in the log. */
export function createApiLog({ level, to, instance }: ApiLogOptions): Logger {
  return pino(
    {
      level,
      base: instance === undefined ? null : { instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: to === "stdout" ? 1 : 2, sync: true }),
  );
}

const errorEveryMs = 1_000;

/**
 * A thousand orders that fail for one reason are one line a second, not a thousand.
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
