import { exitCodeOf, Failure, worstExitCode } from "../failure/failure.ts";
import type { LoadRequest } from "../load/load-request.ts";
import type { RunFileWriter } from "../load/runs/run-file-writer.ts";
import type { LiveDisplay } from "../load/show/live-display.ts";
import { type LoadJson, loadJson } from "../load/show/load-json.ts";
import type { Slice } from "../load/slice.ts";
import { thresholdExitCode } from "../load/thresholds/threshold-judge.ts";
import {
  type MeasuredLoad,
  type MeasureOptions,
  measureLoad,
} from "../load/wiring/measure-load.ts";
import { openStoredRun } from "../load/wiring/stored-runs.ts";
import type { Shutdown } from "../runtime/lifecycle/shutdown.ts";
import type { ResolvedSettings } from "../runtime/settings/resolved-settings.ts";
import { endRun } from "./end-run.ts";
import { failureText } from "./render-failure.ts";

export interface LoadToRecord {
  readonly request: LoadRequest;
  readonly options: MeasureOptions;
  readonly resolved: ResolvedSettings;
  /** The command line without the program's name. */
  readonly args: readonly string[];
  /** Whether it is written down. */
  readonly runFile: boolean;
}

export interface LoadVoice {
  readonly display: LiveDisplay | undefined;
  /** Writes one line for a person. */
  readonly say: (line: string) => void;
  /** The load is over; what follows is waiting and reading. */
  readonly onEnded?: () => void;
  /** A second is over. */
  readonly onSlice?: (slice: Slice) => void;
}

export interface RecordedLoad {
  readonly measured: MeasuredLoad;
  readonly json: LoadJson;
  readonly runFile: RunFileWriter | undefined;
  /** Whether the run's file is whole; true where none was asked for. */
  readonly written: boolean;
  /** What this load alone ends with: its delivery, its thresholds, its run's file, a signal. */
  readonly exitCode: number;
}

/** A signal came while the target was being reached. */
class NotBegun extends Failure {
  readonly #exitCode: number;

  constructor(exitCode: number, cause: unknown) {
    const what = "the load was stopped before it began";
    super("environment", { what, meaning: "no order was sent" }, { cause });
    this.#exitCode = exitCode;
  }

  /** The signal's: nothing is wrong with the environment. */
  override get exitCode(): number {
    return this.#exitCode;
  }
}

/** Runs and measures one load, shows how it stands, and writes its run down. */
export async function recordLoad(
  { request, options, resolved, args, runFile: asked }: LoadToRecord,
  shutdown: Shutdown,
  { display, say, onEnded, onSlice }: LoadVoice,
): Promise<RecordedLoad> {
  const runFile = asked ? await openStoredRun({ request, options, resolved, args }) : undefined;
  let begun = false;
  const measured = await measureLoad(request, options, resolved.values, {
    signal: shutdown.signal,
    onProgress(progress) {
      begun = true;
      display?.show(progress);
    },
    onSlice(slice) {
      begun = true;
      runFile?.slice(slice);
      display?.second(slice);
      onSlice?.(slice);
    },
    onTrouble: (what) => say(`Warning: ${what}`),
    onDrain() {
      onEnded?.();
      say("waiting for the rows of the orders that were accepted");
    },
  })
    .catch(async (error: unknown) => {
      await runFile?.giveUp();
      // What was hindered by the signal tells nothing new.
      throw shutdown.received === undefined || begun
        ? error
        : new NotBegun(shutdown.exitCode, error);
    })
    .finally(() => display?.clear());
  const { result, delivered, thresholds, endToEnd } = measured;
  const json = loadJson(result, delivered, options.historyFile, measured);
  const own = worstExitCode([delivered.exitCode, thresholdExitCode(thresholds)]);
  const judged = delivered.exitCode === exitCodeOf.output ? own : shutdown.exitCode || own;
  if (endToEnd !== undefined) {
    const { committedPerSecond: committed, ...rest } = endToEnd;
    runFile?.line("end_to_end", { ...rest, committed });
  }
  const unwritten = await endRun(runFile, json, judged);
  if (unwritten === undefined) return { measured, json, runFile, written: true, exitCode: judged };
  say(failureText(unwritten));
  const exitCode = worstExitCode([unwritten.exitCode, judged]);
  return { measured, json, runFile, written: false, exitCode };
}
