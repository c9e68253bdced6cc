import { createReadStream } from "node:fs";
import { Failure } from "../../failure/failure.ts";
import { broken, parseHeader, parseRunLine } from "./parse-run-line.ts";
import type { RunHeader, RunLine } from "./run-lines.ts";

/** Far more than a second with a hundred kinds of answers and five full histograms. */
const lineCharactersMax = 16 * 1_024 * 1_024;

export interface ReadRun {
  readonly path: string;
  readonly header: RunHeader;
  /** The lines after it, one at a time; to be read once. */
  readonly lines: AsyncIterable<RunLine>;
}

/**
 * A run from its file, streamed. A last line that was cut off is what a killed run or a full disk
 * leaves: it is passed over.
 * @throws Failure("usage") when it cannot be read, is no run, or of a later version; while lines are
 *   read, too, for one that is broken.
 */
export async function readRun(path: string): Promise<ReadRun> {
  const lines = wholeLines(path);
  const first = await lines.next();
  if (first.done === true) throw broken(path, "it is empty, or its first line was cut off");
  const header = parseHeader(first.value, path);
  return { path, header, lines: rest(lines, path) };
}

async function* rest(lines: AsyncIterable<string>, path: string): AsyncGenerator<RunLine> {
  let number = 1;
  for await (const line of lines) {
    number++;
    const parsed = parseRunLine(line, `${path}:${number}`);
    if (parsed !== undefined) yield parsed;
  }
}

async function* wholeLines(path: string): AsyncGenerator<string> {
  let begun = "";
  const stream = createReadStream(path, { encoding: "utf8", highWaterMark: 256 * 1_024 });
  try {
    for await (const chunk of stream) {
      const lines = `${begun}${chunk}`.split("\n");
      begun = lines.pop() ?? "";
      if (begun.length > lineCharactersMax) throw broken(path, "a line of it has no end");
      yield* lines;
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "usage",
      {
        what: `the run ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
        remedy: "`orders runs list` shows the runs that there are",
      },
      { cause },
    );
  } finally {
    stream.destroy();
  }
}
