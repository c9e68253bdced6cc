import type { BenchOptions } from "../bench/measure/bench-options.ts";
import { describeOrigin } from "../bench/measure/describe-origin.ts";
import { type BenchSummary, benchClosing, type Ending } from "../bench/show/bench-closing.ts";
import { Failure } from "../failure/failure.ts";
import { parseDuration } from "../ports/duration.ts";
import { closingText } from "../report/closing-block.ts";
import { farText, type KeptFigures } from "../report/html/kept-figures.ts";
import type { PageHead } from "../report/html/page.ts";
import { listrNarrator } from "../report/listr-narrator.ts";
import { busyText } from "../report/origin.ts";
import { type Terminal, terminalOf } from "../report/terminal.ts";
import { listenForShutdown } from "../runtime/lifecycle/shutdown.ts";
import type { CommandOutput } from "./command-output.ts";
import { demandPageFile, figuresOfPage, writePageFile } from "./page-file.ts";
import { failureText } from "./render-failure.ts";

export interface BenchFlags {
  readonly orders: number;
  readonly lines: number;
  readonly runs: number;
  readonly seed: string;
  readonly timeout: string;
  readonly html?: string | undefined;
}

export interface BenchParts<T> {
  measure(common: BenchOptions, steps: ReturnType<typeof listrNarrator>): Promise<T>;
  text(result: T, terminal: Terminal): string;
  summary(result: T): BenchSummary;
  page(result: T, head: PageHead): string;
}

const customers = 10_000;

interface Measured {
  readonly bench: string;
  readonly workload: object;
  readonly notes: readonly string[];
}

/** What all bench commands do around the measuring: signals, the time limit, output, the exit code. */
export async function runBench<T extends Measured>(
  output: CommandOutput,
  flags: BenchFlags,
  { measure, text, summary, page }: BenchParts<T>,
): Promise<T | undefined> {
  const timeoutMs = parseDuration(flags.timeout, "--timeout", { minMs: 1_000, maxMs: 86_400_000 });
  if (flags.html !== undefined) demandPageFile(flags.html);
  const origin = describeOrigin(process.argv.slice(2));
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
    const found = summary(result);
    const figures: KeptFigures = {
      beganAt: origin.beganAt.toISOString(),
      host: origin.host,
      subject: JSON.stringify([result.bench, result.workload]),
      figures: found.figures,
    };
    const earlier = flags.html === undefined ? undefined : figuresOfPage(flags.html);
    const busy = busyText(origin);
    const far = earlier === undefined ? undefined : farText(earlier, figures);
    const warnings = [busy, far].filter((each) => each !== undefined);
    const terminal = terminalOf(process.stdout, process.env);
    output.print(text(result, terminal));
    const endings =
      flags.html === undefined
        ? []
        : putPage(output, flags.html, page(result, { origin, warnings, figures }));
    const closing = benchClosing(found, warnings, endings);
    output.print(`\n${closingText(closing, terminal)}`);
    output.endWith(closing.exitCode);
    return { ...result, notes: [...result.notes, ...warnings] };
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
function putPage(output: CommandOutput, file: string, page: string): readonly Ending[] {
  try {
    writePageFile(file, page);
    output.note(`The page is ${file}`);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    output.note(failureText(error));
    return [{ exitCode: error.exitCode, reason: "the page could not be written" }];
  }
}
