import { Failure } from "../failure/failure.ts";
import { HistoryFiles } from "../load/history-files.ts";
import { findRun } from "../load/runs/find-run.ts";
import { readRun } from "../load/runs/read-run.ts";
import { runsDirectory } from "../runtime/stack/stack-paths.ts";

/** What is to be accounted for, as flags name it; neither: what the log holds. */
export interface HistoryChoice {
  readonly histories: readonly string[];
  /** `latest`, the beginning of a run's id or name, or its file. */
  readonly run: string | undefined;
}

/**
 * @returns undefined where nobody told what was sent.
 * @throws Failure("usage") when a file cannot be read, or the run kept no history.
 */
export async function historyToAudit({
  histories,
  run,
}: HistoryChoice): Promise<HistoryFiles | undefined> {
  const paths = run === undefined ? histories : [...histories, await historyOf(run)];
  if (paths.length === 0) return undefined;
  const files = new HistoryFiles();
  for (const path of paths) await files.addCounted(path);
  return files;
}

async function historyOf(reference: string): Promise<string> {
  const { path, header } = await readRun(findRun(runsDirectory(), reference));
  if (typeof header.history === "string") return header.history;
  throw new Failure("usage", {
    what: `the run ${path} kept no history`,
    meaning: "it says how many orders there were, and not which",
    remedy:
      "run `orders produce --history FILE`, or leave --run out: then the log says what was ordered",
  });
}
