import { writeFileSync } from "node:fs";
import { Failure } from "../failure/failure.ts";
import { parseDuration } from "../load/duration.ts";
import { listrNarrator } from "../report/narrator.ts";
import { type Terminal, terminalOf } from "../report/terminal.ts";
import { listenForShutdown } from "../runtime/shutdown.ts";

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
  readonly json: boolean;
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
  // A file that cannot be written should be known before an hour of measuring; an earlier page stays
  // until there is a new one.
  if (flags.html !== undefined) writePage(flags.html, "", "a");
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
      listrNarrator({ silent: output.json }),
    );
    if (flags.html !== undefined) writePage(flags.html, page(result));
    output.print(text(result, terminalOf(process.stdout, process.env)));
    if (flags.html !== undefined) output.note(`The page is ${flags.html}`);
    if (!result.exact) output.endWith(1);
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

function writePage(file: string, content: string, flag: "a" | "w" = "w"): void {
  try {
    writeFileSync(file, content, { flag });
  } catch (cause) {
    throw new Failure(
      "usage",
      {
        what: `the page cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
        remedy: "give --html a file in a directory that is there and that you may write to",
      },
      { cause },
    );
  }
}
