import { Failure, worstExitCode } from "../failure/failure.ts";
import { parseDuration } from "../load/duration.ts";
import { listrNarrator } from "../report/narrator.ts";
import { type Terminal, terminalOf } from "../report/terminal.ts";
import { listenForShutdown } from "../runtime/shutdown.ts";
import { demandPageFile, writePageFile } from "./page-file.ts";
import { failureText } from "./render-failure.ts";

export interface BenchFlags {
  readonly orders: number;
  readonly lines: number;
  readonly runs: number;
  readonly seed: string;
  readonly timeout: string;
  readonly html?: string | undefined;
}

export interface CommonOptions {
  readonly orders: number;
  readonly linesPerOrder: number;
  readonly customers: number;
  readonly seed: string;
  readonly runs: number;
  readonly signal: AbortSignal;
}

export interface BenchParts<T> {
  measure(common: CommonOptions, steps: ReturnType<typeof listrNarrator>): Promise<T>;
  text(result: T, terminal: Terminal): string;
  page(result: T): string;
}

/** What all bench commands do around the measuring: signals, the time limit, output, the exit code. */
export interface BenchOutput {
  readonly quiet: boolean;
  print(text: string): void;
  note(text: string): void;
  endWith(exitCode: number): void;
}

const customers = 10_000;

export async function runBench<T extends { readonly exact: boolean }>(
  output: BenchOutput,
  flags: BenchFlags,
  { measure, text, page }: BenchParts<T>,
): Promise<T | undefined> {
  const timeoutMs = parseDuration(flags.timeout, "--timeout", { minMs: 1_000, maxMs: 86_400_000 });
  if (flags.html !== undefined) demandPageFile(flags.html);
  const shutdown = listenForShutdown(
    (line) => output.note(line),
    "stopping, and removing what the bench made",
  );
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const result = await measure(
      {
        orders: flags.orders,
        linesPerOrder: flags.lines,
        customers,
        seed: flags.seed,
        runs: flags.runs,
        signal: AbortSignal.any([shutdown.signal, timeout]),
      },
      listrNarrator({ quiet: output.quiet }),
    );
    output.print(text(result, terminalOf(process.stdout, process.env)));
    const written = flags.html === undefined ? 0 : putPage(output, flags.html, page(result));
    output.endWith(worstExitCode([result.exact ? 0 : 1, written]));
    return result;
  } catch (error) {
    if (shutdown.received !== undefined) {
      output.endWith(shutdown.exitCode);
      return undefined;
    }
    if (timeout.aborted) {
      throw new Failure("inconclusive", {
        what: `the bench did not end within ${flags.timeout}; nothing of it is left`,
        remedy: "raise --timeout, or ask for less: --orders, --runs, --strategy",
      });
    }
    throw error;
  } finally {
    shutdown.dispose();
  }
}

/** What was measured is printed in any case: a page that cannot be written must not cost it. */
function putPage(output: BenchOutput, file: string, page: string): number {
  try {
    writePageFile(file, page);
    output.note(`The page is ${file}`);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    output.note(failureText(error));
    return error.exitCode;
  }
}
