import { Failure } from "../../failure/failure.ts";
import type { HistoryRun } from "../history.ts";
import { BadLine, jsonIn } from "../history-fields.ts";
import { type Intent, parseHeader, parseIntent } from "../history-parse.ts";
import { readLines } from "../history-reader.ts";

export interface IntentReader {
  onRun?(run: HistoryRun): void;
  /** In the order in which they were due. */
  onIntent(intent: Intent): void;
}

/**
 * Reads what a load meant to send, whatever came of it; what a kill left of the last line is left
 * out. Yields some hundred lines at a time.
 * @param bytesAtOnce see readLines.
 * @throws Failure("usage") when the file cannot be read, or is no history of format 2.
 */
export async function* readIntents(
  path: string,
  { onRun, onIntent }: IntentReader,
  bytesAtOnce?: number,
): AsyncGenerator<void> {
  let begun = false;
  let lastUs = Number.NEGATIVE_INFINITY;
  yield* readLines(path, read, undefined, bytesAtOnce);

  function read(line: string): void {
    const body = jsonIn(line);
    if ("orders_history" in body) {
      if (begun) throw new BadLine("it is a second header");
      begun = true;
      onRun?.(parseHeader(body));
    } else if (!begun) throw withoutIntents(path);
    else if ("lines" in body) {
      const intent = parseIntent(body);
      if (intent.dueUs < lastUs) throw new BadLine("it was due before the order above it");
      lastUs = intent.dueUs;
      onIntent(intent);
    }
  }
}

function withoutIntents(path: string): Failure {
  return new Failure("usage", {
    what: `${path} does not begin with the header of a history, so it cannot be replayed`,
    meaning:
      "a history of format 1 has its orders as they were answered, not as they were due, and no plan for those that were never sent",
    remedy: "give the file that `orders produce --history FILE` of this version wrote",
  });
}
