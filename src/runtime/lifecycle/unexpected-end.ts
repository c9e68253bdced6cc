import { writeSync } from "node:fs";
import { brokenConnection } from "../../failure/broken-connection.ts";
import { exitCodeOf, Failure } from "../../failure/failure.ts";
import { shownLines } from "../../failure/shown.ts";

/** Says what happened, synchronously, and gives the exit code. */
type Tell = (error: unknown) => number;

/**
 * For the entry of every process of ours, before anything else: what nobody catches (exceptions,
 * rejected promises, errors of streams, a main promise that nothing is left to settle) ends the
 * process at once, with the code of its kind. Node's own code would be 1, which says that an audit
 * found a violation; and what still runs could print a verdict.
 */
export function catchUnexpectedEnds(tell: Tell): void {
  process.on("uncaughtException", (error) => process.exit(told(tell, error)));
  process.on("exit", (code) => {
    if (code === neverSettled)
      process.exitCode = told(tell, new Error("nothing was left to wait for"));
  });
}

/** An error in here would end with Node's 7, which says that output could not be written. */
function told(tell: Tell, error: unknown): number {
  try {
    return tell(error);
  } catch {
    return tell(new Error("something was thrown that cannot say what it is"));
  }
}

/** Node's code for `await` at the top of a program that waits for what cannot happen any more. */
const neverSettled = 13;
const stderr = 2;

/** For processes whose stderr is a log, or is passed on by the one that started them. */
export function tellWithTrace(error: unknown): number {
  const known = error instanceof Failure ? error.message : undefined;
  const trace = error instanceof Error ? error.stack : String(error);
  try {
    writeSync(stderr, `unexpected end: ${shownLines(String(known ?? trace))}\n`);
  } catch {}
  return exitCodeOfUnexpected(error);
}

/** Pure: 4 where the environment is the cause, 70 for our bug; a known failure's own. Never a verdict. */
function exitCodeOfUnexpected(error: unknown): number {
  if (error instanceof Failure) return error.exitCode;
  const broken = error instanceof Error ? brokenConnection(error) : undefined;
  return broken === undefined ? exitCodeOf.bug : exitCodeOf.environment;
}
