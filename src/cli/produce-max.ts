import { randomBytes } from "node:crypto";
import { exitCodeOf, worstExitCode } from "../failure/failure.ts";
import type { LoadRequest } from "../load/load-request.ts";
import type { TryKind } from "../load/search/find-rate.ts";
import type { SearchRequest } from "../load/search/search-request.ts";
import { searchExitCode } from "../load/search/search-verdict.ts";
import { createLiveDisplay } from "../load/show/live-display.ts";
import { type RateSearchJson, rateSearchJson } from "../load/show/rate-search-json.ts";
import { searchClosing, tryHead, tryText } from "../load/show/rate-search-text.ts";
import type { MeasureOptions } from "../load/wiring/measure-load.ts";
import { searchRate } from "../load/wiring/search-rate.ts";
import { formatDuration } from "../ports/duration.ts";
import { terminalOf } from "../report/terminal.ts";
import type { ResolvedSettings } from "../runtime/settings/resolved-settings.ts";
import type { CommandOutput } from "./command-output.ts";
import { recordLoad } from "./record-load.ts";
import { untilStopped } from "./until-stopped.ts";

export interface MaxToProduce {
  readonly search: SearchRequest;
  readonly seed: string | undefined;
  /** The load of one try. */
  readonly requestOf: (of: {
    rate: string;
    duration: string;
    seed: string;
  }) => Promise<LoadRequest>;
  readonly options: Readonly<Record<TryKind, MeasureOptions>>;
  readonly drainTimeoutMs: number;
  /** Whether the topic and the group of the settings are where these orders go. */
  readonly ofOurs: boolean;
  readonly resolved: ResolvedSettings;
  readonly args: readonly string[];
  readonly runFile: boolean;
  readonly json: boolean;
}

/** `orders produce --rate max`: a line for each rate as it was tried, and what it came to. */
export async function produceMax(
  output: CommandOutput,
  max: MaxToProduce,
): Promise<RateSearchJson> {
  const { search: request, options, resolved, args, runFile, drainTimeoutMs } = max;
  const seed = max.seed ?? randomBytes(6).toString("hex");
  const terminal = terminalOf(process.stdout, process.env);
  // Off a terminal each try's line says that the search is alive.
  const live = !output.quiet && process.stderr.isTTY === true;
  let display: ReturnType<typeof createLiveDisplay> | undefined;
  const say = (line: string) => {
    display?.clear();
    output.note(line);
  };
  const line = (text: string) => (max.json ? say(text) : output.print(text));
  const codes: number[] = [];
  const doing = "no more rates; waiting up to 3 s for answers, then what was found";
  return untilStopped(say, doing, async (shutdown) => {
    const found = await searchRate(
      resolved.values,
      {
        ...{ request, seed, drainTimeoutMs },
        backlogUnread: max.ofOurs ? undefined : "nothing says what is behind --url (--group does)",
      },
      {
        ...{ signal: shutdown.signal, note: say },
        onTry(tried) {
          const head = tried.number === 1 ? tryHead(terminal) : undefined;
          if (head !== undefined) line(head);
          line(tryText(tried, terminal));
        },
        async measure({ kind, ratePerSecond }, number, onEnded) {
          display = live ? createLiveDisplay(process.stderr) : undefined;
          const load = await max.requestOf({
            rate: String(ratePerSecond),
            duration: formatDuration(request.durationMs[kind]),
            seed: `${seed}-${number}`,
          });
          const recorded = await recordLoad(
            { request: load, options: options[kind], resolved, args, runFile },
            shutdown,
            { display, say, onEnded },
          );
          if (!recorded.written) codes.push(exitCodeOf.output);
          return recorded.measured;
        },
      },
    );
    const exitCode = shutdown.exitCode || worstExitCode([searchExitCode(found), ...codes]);
    output.print(`\n${searchClosing(found, exitCode, terminal)}`);
    output.endWith(exitCode);
    return rateSearchJson(found);
  });
}
