import { shownLines } from "../failure/shown.ts";
import type { RunReport } from "../report/ci/run-report.ts";
import { offTerminal, type Terminal, terminalOf } from "../report/terminal.ts";
import type { CommandOutput } from "./command-output.ts";
import { toFailure } from "./render-failure.ts";
import { RunRecord } from "./run-record.ts";
import type { RecordFlags } from "./run-record-flags.ts";
import { untilStopped } from "./until-stopped.ts";

/** What became known after the run itself: the code to end with, and what CI was not left. */
export interface RecordEnd {
  readonly exitCode: number;
  readonly unwritten: readonly string[];
}

/** A run that ends with a verdict, and its renderings. */
export interface RecordedRun<T, J extends object> {
  /** As typed: "orders verify". */
  readonly title: string;
  /** What the first signal leads to. */
  readonly doing: string;
  run(signal: AbortSignal, saveLogs: (directory: string) => void): Promise<T>;
  json(result: T): J;
  text(result: T, terminal: Terminal, details: boolean, end?: RecordEnd): string;
  report(result: T): RunReport;
}

/** To stderr, even under --quiet. */
export function say(line: string): void {
  process.stderr.write(`${shownLines(line)}\n`);
}

/**
 * What the commands with a verdict do around their run: signals, output, the record for CI, the exit code.
 * @returns undefined when a signal ended it.
 */
export function runRecorded<T, J extends object>(
  output: CommandOutput,
  { junit, html, md, out, details }: RecordFlags,
  { title, doing, run, json, text, report }: RecordedRun<T, J>,
): Promise<J | undefined> {
  const record = new RunRecord(title, { junit, html, md, out, environment: process.env, say });
  return untilStopped(output.note, doing, async (shutdown) => {
    try {
      const found = await run(shutdown.signal, record.saveLogs);
      const result = json(found);
      // First what CI is to find: the block at the end says the code that the process ends with.
      const exitCode = record.finish(report(found), result, text(found, offTerminal, true));
      const { unwritten } = record;
      const terminal = terminalOf(process.stdout, process.env);
      output.print(text(found, terminal, details, { exitCode, unwritten }));
      output.endWith(exitCode);
      return result;
    } catch (error) {
      if (shutdown.received === undefined) {
        record.failed(toFailure(error as Error));
        throw error;
      }
      output.endWith(shutdown.exitCode);
      return undefined;
    }
  });
}
